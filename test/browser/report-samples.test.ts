import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RowResult } from "../../src/contracts/row-result.ts";
import { boundRows } from "../../src/run/record/bound-rows.ts";
import { optimizationRecord } from "../support/run-records.ts";
import { openPage, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, shownTexts, sidewaysScroll } from "./support/page-checks.ts";
import {
  answerOf,
  createSampleReports,
  everyVerdict,
  hostileText,
  longLineage,
  type SampleReports,
} from "./support/sample-reports.ts";

let browser: Browser;
let samples: SampleReports;
beforeAll(async () => {
  samples = createSampleReports();
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  samples?.remove();
});

describe("several optimizations, one of each verdict", () => {
  test.each([
    [360, "light"],
    [360, "dark"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)("at %i px in %s", async (width, scheme) => {
    const address = samples.write("verdicts", everyVerdict());
    const { page, requests, complaints } = await openPage(browser, address, { width, scheme });
    expect(await sidewaysScroll(page)).toEqual([]);
    await screenshot(page, `verdicts-${width}-${scheme}`);
    await page.$$eval("details", (all) => all.map((one) => one.setAttribute("open", "")));
    expect(await sidewaysScroll(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    expect([requests, complaints]).toEqual([[], []]);
    await page.close();
  });

  test("the overview leads to each, and a filter of one leaves the others alone", async () => {
    const { page } = await openPage(browser, samples.write("verdicts", everyVerdict()));
    await page.click("#overview tbody tr:nth-child(2) a");
    expect(page.url()).toMatch(/#o2$/);
    await page.click("#o2-rows label:has(.f-failed)");
    expect(await shownTexts(page, "#o2-rows tbody th")).toEqual(["4"]);
    expect(await shownTexts(page, "#o1-rows tbody th")).toHaveLength(24);
    expect(await shownTexts(page, "#o2-rows [data-status]")).toEqual(["Showing 1 of 24 rows"]);
    await page.close();
  });
});

test("hostile texts do nothing, request nothing and fit the window", async () => {
  const rows: readonly RowResult[] = [
    {
      example: hostileText,
      inputs: { [hostileText]: hostileText, constructor: 1 },
      expected: hostileText,
      base: answerOf(hostileText, 0, { feedback: hostileText, parts: { [hostileText]: 0.5 } }),
      optimized: answerOf(null, null, { error: hostileText }),
    },
  ];
  const candidates = longLineage(3).map((one) => ({
    ...one,
    id: `${one.id}${hostileText}`,
    texts: { [hostileText]: hostileText },
    by: hostileText,
    reason: hostileText,
  }));
  const over = {
    rows,
    candidates,
    reason: hostileText,
    advice: [hostileText],
    notes: [hostileText],
    error: { code: "x", message: hostileText, hint: hostileText },
  };
  for (const [at, scripts] of [true, false].entries()) {
    const address = samples.write(
      "hostile",
      Array.from({ length: at + 1 }, () =>
        optimizationRecord({ name: hostileText, best: hostileText, over }),
      ),
    );
    const { page, requests, complaints } = await openPage(browser, address, { width: 360, scripts });
    await page.$$eval("details", (all) => all.map((one) => one.setAttribute("open", "")));
    expect([requests, complaints]).toEqual([[], []]);
    expect(await page.evaluate(() => "hit" in window)).toBe(false);
    expect(await page.$$eval("img, iframe, object, [href^=javascript]", (all) => all.length)).toBe(0);
    expect(await sidewaysScroll(page)).toEqual([]);
    await screenshot(page, `hostile-${at}`);
    await page.close();
  }
});

test("a script that gets into the page all the same is not run", async () => {
  const { page, complaints } = await openPage(browser, samples.write("policy", everyVerdict()));
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hit = 1";
    document.body.append(script);
    const image = document.createElement("img");
    image.src = "http://127.0.0.1:9/x.png";
    document.body.append(image);
  });
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
  expect(complaints.join("\n")).toMatch(/Content Security Policy/);
  await page.close();
});

test("ten thousand rows with answers of ten million characters make a page of bounded size that filters", async () => {
  const many = Array.from(
    { length: 10_000 },
    (_, at): RowResult => ({
      example: `row-${at}`,
      inputs: { text: `text ${at} ${"long ".repeat(100)}` },
      expected: at % 2 === 0 ? "yes" : "no",
      base: answerOf(at === 0 ? "b".repeat(10_000_000) : "yes", at % 2 === 0 ? 1 : 0),
      optimized: answerOf(at % 10 === 0 ? "maybe" : at % 2 === 0 ? "yes" : "no", at % 10 === 0 ? 0 : 1),
    }),
  );
  const address = samples.write("large", [optimizationRecord({ over: boundRows(many) })]);
  expect(statSync(fileURLToPath(address)).size).toBeLessThan(40_000_000);
  const { page, complaints } = await openPage(browser, address);
  expect(await shownTexts(page, "#rows [data-status]")).toEqual(["Showing 5,000 of 5,000 rows"]);
  await page.click("label:has(.f-worse)");
  expect(await shownTexts(page, "#rows [data-status]")).toEqual(["Showing 1,000 of 5,000 rows"]);
  expect(await page.$eval("#rows", (one) => one.textContent)).toContain(
    "5,000 more rows that did not change are in record.json",
  );
  expect(complaints).toEqual([]);
  await page.close();
});
