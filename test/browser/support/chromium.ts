import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

/** Where Debian, Ubuntu, Fedora, macOS and the images of CI services keep a Chromium. */
const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Starts a Chromium without a window: the one that `CHROMIUM_PATH` names, else an installed one. Rejects with what to
 * install if there is none: a suite that needs a browser must not pass without it.
 */
export async function startChromium(): Promise<Browser> {
  const given = process.env["CHROMIUM_PATH"];
  const path = given ?? places.find(existsSync);
  if (path === undefined || !existsSync(path)) {
    const tried = given === undefined ? places.join(", ") : `CHROMIUM_PATH=${given}`;
    throw new Error(
      `no Chromium found (${tried}); install one with \`apt-get install chromium\` or set CHROMIUM_PATH`,
    );
  }
  return await puppeteer.launch({
    executablePath: path,
    // The sandbox needs rights that containers rarely have; the pages under test are this project's own.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
}

export interface PageOptions {
  /** CSS pixels; default 1280. */
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  /** Default true. */
  readonly scripts?: boolean;
}

/** A page with what it did besides showing itself. */
export interface WatchedPage {
  readonly page: Page;
  /** Addresses that it asked for, without its own. */
  readonly requests: readonly string[];
  /** Errors of its scripts, complaints of the browser (also about its policy), and dialogs. */
  readonly complaints: readonly string[];
}

/** Opens an address at a width, in a color scheme, with or without scripts. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1280, scheme = "light", scripts = true }: PageOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage();
  // A page with thousands of rows takes its time on a busy machine; vitest's limit is the one that counts.
  page.setDefaultTimeout(240_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address.split("#")[0]) requests.push(request.url());
  });
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setJavaScriptEnabled(scripts);
  await page.goto(address);
  return { page, requests, complaints };
}

/** Keeps a picture of the whole page in the folder that `DAO_OPT_SCREENSHOTS` names, if it names one. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["DAO_OPT_SCREENSHOTS"];
  if (folder === undefined || folder === "") return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
