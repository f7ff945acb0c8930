import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startCli } from "../support/spawn-cli.ts";
import { openPage, type PageOptions, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, focused, shownTexts, sidewaysScroll } from "./support/page-checks.ts";
import { makeQuickstartReport, type QuickstartReport } from "./support/quickstart-report.ts";

let browser: Browser;
let report: QuickstartReport;
beforeAll(async () => {
  [browser, report] = await Promise.all([startChromium(), makeQuickstartReport()]);
});
afterAll(async () => {
  await browser?.close();
  report?.remove();
});
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close();
});

const open = (options?: PageOptions, hash = "") => openPage(browser, report.address + hash, options);
const rowsOf = (page: Page) => shownTexts(page, "#rows tbody th");
const chip = (page: Page, kind: string) => page.click(`label:has(.f-${kind})`);
const [status, search] = ["#rows [data-status]", "#rows input[type=search]"];

/** The record's rows by what the new prompt did to them. */
function counts() {
  const rows = report.record.optimizations[0]?.rows ?? [];
  const of = (test: (base: number, optimized: number) => boolean) =>
    rows.filter(({ base, optimized }) => test(base.score, optimized.score)).length;
  return {
    all: rows.length,
    worse: of((base, optimized) => optimized < base),
    better: of((base, optimized) => optimized > base),
    wrong: of((base, optimized) => base === optimized && base < 1),
    right: of((base, optimized) => base === optimized && base === 1),
    failed: 0,
  };
}

describe.each([360, 800, 1280, 3840])("at %i px", (width) => {
  test.each(["light", "dark"] as const)("in %s, is readable without scrolling sideways", async (scheme) => {
    const { page, requests, complaints } = await open({ width, scheme });
    expect(await sidewaysScroll(page)).toEqual([]);
    await screenshot(page, `report-${width}-${scheme}`);
    // All texts that are folded at first.
    await page.$$eval("details", (all) => all.map((one) => one.setAttribute("open", "")));
    expect(await sidewaysScroll(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    expect([requests, complaints]).toEqual([[], []]);
  });
});

describe.each([true, false])("with scripts: %s", (scripts) => {
  test("shows the verdict, every row and every candidate", async () => {
    const { page } = await open({ scripts });
    expect(await page.$eval("h1", (one) => one.textContent)).toMatch(
      /^✓ Version 2 is better: \+0\.\d\d \[0\.\d\d, 0\.\d\d\] on 90 held-out rows$/,
    );
    const { rows = [], candidates = [] } = report.record.optimizations[0] ?? {};
    expect(await rowsOf(page)).toHaveLength(rows.length);
    const cells = new Set(await shownTexts(page, "#rows tbody td:nth-child(2)"));
    for (const { inputs } of rows)
      expect([...cells].some((cell) => cell.includes(inputs.text.slice(0, 20)))).toBe(true);
    const drawn = candidates.filter(({ id }) => id !== null);
    expect(await shownTexts(page, "#candidates tbody th")).toHaveLength(drawn.length);
  });

  test.each(["worse", "wrong", "better", "right", "failed"] as const)("filters: %s", async (kind) => {
    const { page } = await open({ scripts });
    await chip(page, kind);
    expect(await rowsOf(page)).toHaveLength(counts()[kind]);
    expect(await shownTexts(page, "#rows .empty")).toHaveLength(counts()[kind] === 0 ? 1 : 0);
    await chip(page, "all");
    expect(await rowsOf(page)).toHaveLength(counts().all);
  });

  test("every link leads to a place on the page", async () => {
    const { page } = await open({ scripts });
    const broken = await page.$$eval("a[href]", (links) =>
      links
        .map((link) => link.getAttribute("href") ?? "")
        .filter((href) => !href.startsWith("#") || document.getElementById(href.slice(1)) === null),
    );
    expect(broken).toEqual([]);
  });

  test("a link to a candidate opens its fold", async () => {
    const { page } = await open({ scripts });
    await page.click("#candidates tbody th a");
    await page.waitForFunction(() => document.querySelector("#candidates .diffs[open]") !== null);
    await page.click(".toc a[href='#rows']");
    expect(page.url()).toBe(`${report.address}#rows`);
  });
});

describe("rows", () => {
  test("are found by their texts, together with a filter", async () => {
    const { page } = await open();
    expect(await shownTexts(page, status)).toEqual(["Showing 90 of 90 rows"]);
    await page.type(search, "ANONYMOUS positive");
    await page.waitForFunction(
      (one) => !document.querySelector(one)?.textContent?.includes("90 of"),
      {},
      status,
    );
    const texts = await shownTexts(page, "#rows tbody tr");
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text.toLowerCase()).toMatch(/anonymous.*positive|positive.*anonymous/s);
    await chip(page, "better");
    expect(await shownTexts(page, status)).toEqual([`Showing ${(await rowsOf(page)).length} of 90 rows`]);
    await page.focus(search);
    await page.keyboard.press("Escape");
    expect(await rowsOf(page)).toHaveLength(counts().better);
    await page.type(search, "no such text anywhere");
    await page.waitForSelector("#rows .empty", { visible: true });
    expect(await rowsOf(page)).toEqual([]);
  });

  test("are sorted by each column, up and down, and back to the worst first", async () => {
    const { page } = await open();
    const first = await rowsOf(page);
    const head = (column: number) => `#rows thead th:nth-child(${column})`;
    await page.click(`${head(1)} button`);
    expect(await rowsOf(page)).toEqual(
      first
        .map(Number)
        .sort((one, other) => one - other)
        .map(String),
    );
    expect(await page.$eval(head(1), (one) => one.ariaSort)).toBe("ascending");
    await page.click(`${head(1)} button`);
    expect((await rowsOf(page))[0]).toBe("90");
    expect(await page.$eval(head(1), (one) => one.ariaSort)).toBe("descending");
    await page.click(`${head(5)} button`);
    const marks = await page.$$eval("#rows tbody td:nth-child(5)", (cells) =>
      cells.map((one) => Number(one.getAttribute("data-s"))),
    );
    expect(marks).toEqual([...marks].sort((one, other) => one - other));
    await page.click(`${head(7)} button`);
    expect(await rowsOf(page)).toEqual(first);
    expect(await page.$$eval("#rows thead [aria-sort]", (all) => all.length)).toBe(1);
  });

  test("have addresses: a link selects its row, also one that a filter hides", async () => {
    const { page } = await open({}, "#row-5");
    expect(await page.$eval("tr:target", (row) => row.id)).toBe("row-5");
    const isSelected = (id: string) =>
      page.$eval(`#${id}`, (row) => getComputedStyle(row).boxShadow.includes("inset"));
    expect(await isSelected("row-5")).toBe(true);
    const change = (await page.$eval("#row-5", (row) => row.className)) as `k-${string}`;
    await chip(page, change === "k-worse" ? "right" : "worse");
    await page.evaluate(() => {
      location.hash = "";
      location.hash = "#row-5";
    });
    await vi.waitFor(async () =>
      expect(await page.$eval("#row-5", (row) => row.getClientRects().length)).toBe(1),
    );
    expect(await page.$eval(".f-all", (radio) => (radio as HTMLInputElement).checked)).toBe(true);
  });
});

describe("copy and export", () => {
  let downloads: string;
  beforeAll(() => {
    downloads = mkdtempSync(join(tmpdir(), "dao-opt-downloads-"));
  });
  afterAll(() => rmSync(downloads, { recursive: true, force: true }));

  async function download(page: Page, as: "csv" | "json"): Promise<string> {
    const folder = mkdtempSync(join(downloads, "one-"));
    const session = await page.createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
    await page.click(`[data-as=${as}]`);
    return await vi.waitFor(
      () => {
        const [name] = readdirSync(folder);
        expect(name).toBe(`optimize_sentiment-rows.${as}`);
        return readFileSync(join(folder, name ?? ""), "utf8");
      },
      { timeout: 20_000 },
    );
  }

  test("JSON has every row as the record has it", async () => {
    const { page } = await open();
    const { optimization, rows } = JSON.parse(await download(page, "json"));
    expect(optimization).toBe("optimize_sentiment");
    const stored = report.record.optimizations[0]?.rows ?? [];
    expect(rows).toHaveLength(stored.length);
    for (const { row, inputs, expected, base, optimized } of rows)
      expect({ inputs, expected, base, optimized }).toMatchObject({
        inputs: stored[row - 1]?.inputs,
        expected: stored[row - 1]?.expected,
        base: { score: stored[row - 1]?.base.score },
        optimized: { score: stored[row - 1]?.optimized.score },
      });
  });

  test("CSV has the rows that are shown, in their order", async () => {
    const { page } = await open();
    await chip(page, "worse");
    const shown = await rowsOf(page);
    const records: readonly Record<string, string>[] = parse(await download(page, "csv"), { columns: true });
    expect(records.map((record) => record["row"])).toEqual(shown);
    expect(Object.keys(records[0] ?? {}).slice(0, 9)).toEqual([
      "row",
      "example",
      "change",
      "inputs.text",
      "expected",
      "base_output",
      "base_score",
      "base_feedback",
      "base_error",
    ]);
    expect(new Set(records.map((record) => record["change"]))).toEqual(new Set(["worse"]));
  });

  test("texts and rows are copied", async () => {
    const { page } = await open();
    const context = browser.defaultBrowserContext();
    await context.setPermission(
      "*",
      { permission: { name: "clipboard-read" }, state: "granted" },
      { permission: { name: "clipboard-write" }, state: "granted" },
    );
    await page.click("#settings [data-copy]");
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await vi.waitFor(async () =>
      expect(await copied()).toContain(`npx dao-opt run config.yaml --replay ${report.run}`),
    );
    expect(await shownTexts(page, "#settings [data-copy]")).toEqual(["Copied"]);
    await page.click(".text-fold > summary");
    await page.click("#prompt [data-copy]");
    await vi.waitFor(async () => expect(await copied()).toContain("Text: {{text}}"));
    await page.click("#rows [data-as=copy]");
    await vi.waitFor(async () => expect((await copied()).split("\n")).toHaveLength(91));
  });
});

test("everything is reached by keyboard alone", async () => {
  const { page } = await open();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("a Skip to content");
  const seen: string[] = [];
  // Up to the first row: contents, folds, export, filters, search, heads of columns.
  for (let at = 0; at < 60 && seen.at(-1) !== "a 1"; at++) {
    await page.keyboard.press("Tab");
    seen.push(await focused(page));
    if ((seen.at(-1) ?? "").startsWith("input Search")) break;
  }
  expect(seen).toEqual(
    expect.arrayContaining([
      "a Prompt",
      "a Spend",
      "summary Full text of version 2",
      "button Copy",
      "button CSV",
      "button JSON",
    ]),
  );
  expect(seen.at(-1)).toBe("input Search inputs and answers");
  // Back to the filters: arrow keys choose, and the focus is visible.
  await page.keyboard.down("Shift");
  await page.keyboard.press("Tab");
  await page.keyboard.up("Shift");
  await page.keyboard.press("ArrowRight");
  expect(await rowsOf(page)).toHaveLength(counts().worse);
  expect(await page.$eval("label:has(.f-worse)", (one) => getComputedStyle(one).outlineStyle)).toBe("solid");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("button Row");
  await page.keyboard.press("Enter");
  const numbers = (await rowsOf(page)).map(Number);
  expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
});

test("works the same on the pages of serve, under the policy of the server", async () => {
  const server = startCli(["serve", "--config", "config.yaml", "--port", "0", "--json"], {
    cwd: report.folder,
  });
  try {
    const output = await server.shows(/"url": ?"[^"]+"/);
    const [, url = ""] = /"url": ?"([^"]+)"/.exec(output) ?? [];
    const { page, complaints } = await openPage(browser, `${url}/ui/runs/${report.run}`);
    expect(await shownTexts(page, status)).toEqual(["Showing 90 of 90 rows"]);
    await chip(page, "worse");
    expect(await rowsOf(page)).toHaveLength(counts().worse);
    expect(await page.$eval("body", (one) => getComputedStyle(one).marginTop)).toBe("0px");
    expect(complaints).toEqual([]);
  } finally {
    server.child.kill("SIGTERM");
    await server.result;
  }
});

test("prints all rows, light, without controls, with folded texts", async () => {
  const { page } = await open({ scheme: "dark" });
  await page.emulateMediaType("print");
  expect(await shownTexts(page, ".chips, .js-only, .toc, .skip, input")).toEqual([]);
  expect(await rowsOf(page)).toHaveLength(90);
  expect(await page.$eval("body", (one) => getComputedStyle(one).backgroundColor)).toBe("rgb(255, 255, 255)");
  const folded = await page.$eval(".text-fold pre", (one) => one.getClientRects()[0]?.height ?? 0);
  expect(folded).toBeGreaterThan(20);
  await screenshot(page, "report-print");
  const pdf = await page.pdf({ format: "A4", printBackground: true });
  expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe("%PDF-");
  expect(await sidewaysScroll(page)).toEqual([]);
});
