import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { openPage, type PageOptions, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, focused, shownTexts, sidewaysScroll } from "./support/page-checks.ts";
import { serveSamples } from "./support/served-page.ts";

let browser: Browser;
let world: ServerWorld;
const state = mkdtempSync(join(tmpdir(), "dao-opt-page-"));
beforeAll(async () => {
  [browser, world] = await Promise.all([
    startChromium(),
    serveSamples({ services: { datasets: openDatasetStore({ folder: state }) } }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await world?.server.close(0);
  rmSync(state, { recursive: true, force: true });
});
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close();
});

const open = (path: string, options?: PageOptions) => openPage(browser, world.address.url + path, options);
const addresses = [
  "/ui/prompts",
  "/ui/prompts/main/default/sentiment",
  "/ui/prompts/main/other/hostile",
  "/ui/playground",
  "/ui/runs",
  "/ui/traces",
  "/ui/runs?status=failed",
  "/ui/traces/t1",
  "/ui/traces?trace=t1",
  "/ui/traces/selection?id=t1",
  "/ui/datasets",
  "/docs",
  "/ui/prompts/no/such",
];
const rowsOf = (page: Page) => shownTexts(page, "#list tbody th");

describe.each([360, 1280])("at %i px", (width) => {
  test.each(["light", "dark"] as const)("in %s, every page is clean and fits", async (scheme) => {
    for (const path of addresses) {
      const { page, requests, complaints } = await open(path, { width, scheme });
      expect(await sidewaysScroll(page), path).toEqual([]);
      expect(await axeFindings(page), path).toEqual([]);
      expect(
        requests.filter((one) => !one.startsWith(`${world.address.url}/ui/assets/`)),
        path,
      ).toEqual([]);
      // The browser itself reports the status of a page that is not there.
      expect(
        complaints.filter((one) => !one.includes("404")),
        path,
      ).toEqual([]);
      await screenshot(page, `page${path.replaceAll("/", "-")}-${width}-${scheme}`);
      await page.close();
    }
  });
});

test("at 390 px, no entry of the navigation is out of sight", async () => {
  const { page } = await open("/docs", { width: 390 });
  const boxes = await page.$$eval(".bar nav a", (links) =>
    links.map((link) => link.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
  );
  expect(boxes.length).toBeGreaterThan(4);
  for (const { left, right } of boxes) {
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(390);
  }
});

describe.each([true, false])("with scripts: %s", (scripts) => {
  test("the navigation leads to every area and marks it", async () => {
    const { page } = await open("/", { scripts });
    expect(page.url()).toBe(`${world.address.url}/ui/prompts`);
    const links = await shownTexts(page, ".bar nav a");
    expect(links).toEqual(["Prompts", "Playground", "Runs", "Traces", "Datasets", "API"]);
    for (const name of links) {
      await Promise.all([page.waitForNavigation(), page.click(`.bar nav ::-p-text(${name})`)]);
      expect(await shownTexts(page, ".bar nav [aria-current=page]")).toEqual([name]);
      expect(await shownTexts(page, "h1")).toEqual([name]);
    }
  });

  test("a filter has an address", async () => {
    const { page } = await open("/ui/prompts", { scripts });
    expect(await rowsOf(page)).toEqual(["main/default/sentiment", "main/other/hostile"]);
    await page.type("input[name=q]", "hostile");
    if (scripts) {
      await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length === 1);
      expect(await focused(page)).toContain("input");
    } else await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    expect(await rowsOf(page)).toEqual(["main/other/hostile"]);
    await page.waitForFunction(() => new URLSearchParams(location.search).get("q") === "hostile");
    await page.reload();
    expect(await rowsOf(page)).toEqual(["main/other/hostile"]);
  });
});

test("the first Tab offers to skip the navigation", async () => {
  const { page } = await open("/ui/prompts");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("a Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toContain("input path, word or tag");
});

test("the command of a page is copied by its button, which is absent without scripts", async () => {
  const { page } = await open("/ui/prompts");
  await browser
    .defaultBrowserContext()
    .overridePermissions(world.address.url, ["clipboard-read", "clipboard-write"]);
  await page.bringToFront();
  await page.click("[data-copy=command]");
  await page.waitForFunction(() => document.querySelector("[data-copy]")?.textContent === "Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("dao-opt registry list");
  const without = await open("/ui/prompts", { scripts: false });
  expect(await shownTexts(without.page, "[data-copy]")).toEqual([]);
});
