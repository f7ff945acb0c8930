import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/data/json.ts";
import { idOfKey, inputsKey } from "../../src/datasets/store/key-table.ts";
import {
  classifier,
  hostilePrompt,
  keptText,
  type PromptSamples,
  servePromptSamples,
} from "../support/served-prompts.ts";
import { openPage, type PageOptions, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, focused, shownTexts, sidewaysScroll } from "./support/page-checks.ts";

let browser: Browser;
let world: PromptSamples;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  world = await servePromptSamples();
});
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close();
  await world.close();
});

const open = async (path: string, options?: PageOptions) => {
  const opened = await openPage(browser, world.address.url + path, options);
  // These pages are short: what does not happen soon, does not happen.
  opened.page.setDefaultTimeout(20_000);
  return opened;
};
const prompt = `/ui/prompts/${classifier}`;
const idOf = (inputs: JsonObject) => idOfKey(inputsKey(inputs));
const addresses = [
  ["prompts", "/ui/prompts"],
  ["folder", "/ui/prompts?folder=main"],
  ["prompt", `${prompt}?version=2`],
  ["deploy", `${prompt}?version=3&do=deploy`],
  ["deploy-blocked", `${prompt}?version=4&do=deploy`],
  ["rollback", `${prompt}?do=rollback&environment=production`],
  ["edit", `${prompt}?version=2&do=edit`],
  ["details", `${prompt}?version=2&do=details`],
  ["rendered", `${prompt}?version=2&view=rendered&dataset=reviews&row=2`],
  ["settings", "/ui/prompts/main/support/answer?view=settings"],
  ["edit-chat", "/ui/prompts/main/support/answer?do=edit"],
  ["hostile-prompt", `/ui/prompts/${hostilePrompt}?do=edit`],
  ["datasets", "/ui/datasets"],
  ["rows", "/ui/datasets/reviews"],
  ["rows-config", "/ui/datasets/inline_rows?from=config"],
  ["rows-hostile", "/ui/datasets/hostile"],
  ["row", `/ui/datasets/reviews/rows/${idOf({ text: "It arrives on Tuesday." })}`],
  ["row-hostile", `/ui/datasets/hostile/rows/${idOf({ text: "w".repeat(20_000) })}`],
  ["stats", "/ui/datasets/reviews?view=stats"],
  ["docs", "/docs"],
  ["docs-operation", "/docs/post-v5-prompts-call"],
  ["docs-schema", "/docs/schemas/PromptRequest"],
] as const;

describe.each([360, 1280])("at %i px", (width) => {
  test.each(["light", "dark"] as const)(
    "in %s, every page is clean, fits and runs nothing",
    async (scheme) => {
      for (const [name, path] of addresses) {
        const { page, requests, complaints } = await open(path, { width, scheme });
        expect(await sidewaysScroll(page), name).toEqual([]);
        expect(await axeFindings(page), name).toEqual([]);
        expect(
          requests.filter((one) => !one.startsWith(`${world.address.url}/ui/assets/`)),
          name,
        ).toEqual([]);
        expect(complaints, name).toEqual([]);
        expect(await page.$$("main script, main img, main b b, main i"), name).toEqual([]);
        await screenshot(page, `${name}-${width}-${scheme}`);
        await page.close();
      }
    },
  );
});

test("at 800 px, nothing is wider than the window", async () => {
  for (const [name, path] of addresses) {
    const { page } = await open(path, { width: 800 });
    expect(await sidewaysScroll(page), name).toEqual([]);
    await screenshot(page, `${name}-800-light`);
    await page.close();
  }
});

/** Follows a link or a button by its text. */
const follow = (page: Page, text: string) =>
  Promise.all([page.waitForNavigation(), page.click(`main ::-p-text(${text})`)]);
const statusOf = (page: Page) => shownTexts(page, ".note.good[role=status]");
const fill = async (page: Page, name: string, text: string) => {
  await page.$eval(`[name="${name}"]`, (field) => {
    (field as HTMLInputElement).value = "";
  });
  await page.type(`[name="${name}"]`, text);
};
const submit = (page: Page, action: string) =>
  Promise.all([page.waitForNavigation(), page.click(`form:has([name=action][value=${action}]) .btn.main`)]);

describe.each([
  [true, 1280],
  [false, 1280],
  [true, 360],
  [false, 360],
] as const)("with scripts %s at %i px", (scripts, width) => {
  test("the better prompt is found, compared, deployed, and rolled back", async () => {
    const { page } = await open("/ui/prompts", { scripts, width });
    await follow(page, classifier);
    await Promise.all([page.waitForNavigation(), page.click(".line li:nth-child(2) a")]);
    expect(await shownTexts(page, "#h-ver")).toEqual([expect.stringContaining("Version 3")]);
    await page.select("[name=against]", "2");
    await follow(page, "Compare");
    expect(await shownTexts(page, "#diff p")).toEqual([expect.stringContaining("Against version 2")]);
    await follow(page, "Deploy…");
    expect(await shownTexts(page, "#do .note.good")).toEqual([
      expect.stringContaining("The gate allows this."),
    ]);
    await fill(page, "note", "cheaper");
    await submit(page, "deploy");
    expect(await statusOf(page)).toEqual([
      "✓ Production now uses version 3 of main/default/sentiment_classifier (was 2).",
    ]);
    await follow(page, "Roll back to 2");
    await submit(page, "rollback");
    expect(await statusOf(page)).toEqual([
      "✓ Rolled back: Production now uses version 2 of main/default/sentiment_classifier (was 3).",
    ]);
  });

  test("the gate stands in the way until there is a reason", async () => {
    const { page } = await open(`${prompt}?version=4&do=deploy`, { scripts, width });
    await submit(page, "deploy");
    expect(await shownTexts(page, "#refused")).toEqual([expect.stringContaining("did not pass its gate")]);
    await fill(page, "note", "for a demo");
    await page.click("[name=force]");
    await submit(page, "deploy");
    expect(await statusOf(page)).toEqual([
      "✓ Production now uses version 4 of main/default/sentiment_classifier (was 2).",
    ]);
  });

  test("a version is edited, refused for a lost variable with what was typed, and saved", async () => {
    const { page } = await open(`${prompt}?version=2`, { scripts, width });
    await follow(page, "Edit as new version");
    await fill(page, "text_0", "Label it.");
    await submit(page, "save");
    expect(await shownTexts(page, "#refused")).toEqual([
      expect.stringContaining("lost the variable {{text}}"),
    ]);
    expect(await page.$eval("[name=text_0]", (field) => (field as HTMLTextAreaElement).value)).toBe(
      "Label it.",
    );
    await fill(page, "text_0", keptText);
    await fill(page, "version_description", "brief");
    await submit(page, "save");
    expect(await statusOf(page)).toEqual([expect.stringContaining("Saved as version 5")]);
    expect((await world.registry.get(classifier)).template).toBe(keptText);
  });

  test("names and tags are set, and an expected answer is corrected", async () => {
    const { page } = await open(`${prompt}?version=2`, { scripts, width });
    await follow(page, "Name, description or tags…");
    await fill(page, "version_name", "best-so-far");
    await submit(page, "describe");
    expect(await shownTexts(page, "#h-ver .tag")).toContain("best-so-far");
    await page.goto(`${world.address.url}/ui/datasets/reviews?answer=output`);
    await Promise.all([page.waitForNavigation(), page.click("#list tbody th a")]);
    await fill(page, "expected", "negative");
    await submit(page, "expect");
    expect(await statusOf(page)).toEqual(["✓ The expected answer was saved."]);
  });

  test("a version is rendered with the next row of a dataset", async () => {
    const { page } = await open(`${prompt}?version=1`, { scripts, width });
    await follow(page, "Rendered");
    await page.select("[name=dataset]", "reviews");
    await Promise.all([page.waitForNavigation(), page.click("form[aria-label=Inputs] button")]);
    const rendered = () => shownTexts(page, '[aria-label^="Rendered message"]');
    expect(await rendered()).toEqual([expect.stringContaining("The battery died after two days.")]);
    await follow(page, "Next row");
    expect(await rendered()).toEqual([expect.stringContaining("Delivery was quick")]);
  });
});

describe("by keyboard", () => {
  const press = async (page: Page, key: "Tab" | "Enter" | "Escape" | "Space", times = 1) => {
    for (let at = 0; at < times; at++) await page.keyboard.press(key);
  };
  /** Presses Tab until something with these words has the focus. */
  const tabTo = async (page: Page, words: string) => {
    for (let at = 0; at < 80; at++) {
      await press(page, "Tab");
      if ((await focused(page)).includes(words)) return;
    }
    throw new Error(`Tab does not reach "${words}"`);
  };

  test("a version is deployed; the panel's first field comes after its link", async () => {
    const { page } = await open(`${prompt}?version=3`);
    await tabTo(page, "Deploy…");
    await Promise.all([page.waitForNavigation(), press(page, "Enter")]);
    await press(page, "Tab");
    expect(await focused(page)).toContain("select");
    await press(page, "Tab");
    expect(await focused(page)).toBe("input Why this version");
    await page.keyboard.type("by keyboard");
    await Promise.all([page.waitForNavigation(), press(page, "Enter")]);
    expect(await statusOf(page)).toEqual([
      "✓ Production now uses version 3 of main/default/sentiment_classifier (was 2).",
    ]);
  });

  test("Escape closes a panel in which nothing was typed", async () => {
    const { page } = await open(`${prompt}?version=3`);
    await tabTo(page, "Deploy…");
    await Promise.all([page.waitForNavigation(), press(page, "Enter")]);
    await page.type("[name=note]", "x");
    await press(page, "Escape");
    expect(await shownTexts(page, "#do h2")).toEqual(["Deploy version 3"]);
    await press(page, "Tab");
    await page.$eval("[name=note]", (field) => {
      (field as HTMLInputElement).value = "";
    });
    await Promise.all([page.waitForNavigation(), press(page, "Escape")]);
    expect(await page.$$("#do")).toEqual([]);
  });
});

test("the text is copied with the characters that the page shows by name", async () => {
  const { page } = await open(`/ui/prompts/${hostilePrompt}`);
  await browser
    .defaultBrowserContext()
    .overridePermissions(world.address.url, ["clipboard-read", "clipboard-write"]);
  await page.bringToFront();
  expect(await shownTexts(page, "#version .text")).toEqual([expect.stringContaining("⟨U+202E⟩")]);
  await page.click("[data-copy=text]");
  await page.waitForFunction(() => document.querySelector("[data-copy=text]")?.textContent === "Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    (await world.registry.get(hostilePrompt)).template,
  );
});

test("a read-only key sees everything, and no way to change it", async () => {
  await world.close();
  world = await servePromptSamples({ apiKeys: [{ value: "key" }, { value: "reader", isReadOnly: true }] });
  const page = await browser.newPage();
  await page.setExtraHTTPHeaders({ authorization: `Basic ${Buffer.from("me:reader").toString("base64")}` });
  for (const [name, path] of addresses) {
    await page.goto(world.address.url + path);
    expect(await page.$$('form[method="post"]'), name).toEqual([]);
    expect(await shownTexts(page, "main"), name).toEqual([
      expect.stringContaining("You can read everything here."),
    ]);
    expect(await shownTexts(page, ".btn.main"), name).toEqual([]);
  }
  await page.goto(`${world.address.url}${prompt}?version=2`);
  expect(await axeFindings(page)).toEqual([]);
  await screenshot(page, "prompt-read-only-1280-light");
});
