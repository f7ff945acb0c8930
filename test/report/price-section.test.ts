import { describe, expect, test } from "vitest";
import type { ParetoEntry } from "../../src/contracts/pareto-table.ts";
import { renderReport } from "../../src/report/render-report.ts";
import { optimizationRecord, runRecord } from "../support/run-records.ts";

const entry: ParetoEntry = {
  candidate: "aaaaaaaaaaaa",
  isBase: false,
  isChosen: false,
  measured: 0.9,
  validation: 0.88,
  promptTokens: 120,
  outputTokens: 2.5,
  usdPerThousandCalls: 0.4,
};
const base = { ...entry, candidate: "bbbbbbbbbbbb", isBase: true, measured: 0.3, usdPerThousandCalls: 0.1 };
const chosen = {
  ...entry,
  candidate: "cccccccccccc",
  isChosen: true,
  measured: 0.8,
  usdPerThousandCalls: 0.2,
};

function page(entries: readonly ParetoEntry[], price: "usd" | "prompt_tokens" = "usd", reason = "the best") {
  const html = renderReport(
    runRecord([optimizationRecord({ over: { pareto: { price, reason, entries } } })]),
  );
  return html.slice(html.indexOf('<section id="price"'), html.indexOf('<section id="settings"'));
}

/** Coordinates of the points in percent, the cheapest first. */
function points(html: string): readonly (readonly number[])[] {
  return [...html.matchAll(/<circle class="\w+" cx="([\d.]+)%" cy="([\d.]+)%"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
}

describe("quality against price in the report", () => {
  test("is a table, and a chart from 0 where better is higher and dearer is further right", () => {
    const html = page([entry, chosen, base]);
    expect(html).toContain("<code>bbbbbbb</code></a> base");
    expect(html).toContain("Chosen: the best.");
    expect(html).toMatch(/>0\.900<\/td>.*>0\.880<\/td>.*>120<\/td>.*>2\.5<\/td>.*>\$0\.4<\/td>/);
    expect(points(html)).toEqual([
      [20, 70],
      [40, 20],
      [80, 10],
    ]);
    expect(html).toContain(
      'aria-label="base 0.300 at $0.1, new prompt 0.800 at $0.2, aaaaaaa 0.900 at $0.4."',
    );
  });

  test("without a price the length is the price, and there is no column of dollars", () => {
    const html = page(
      [
        { ...entry, usdPerThousandCalls: null },
        { ...base, promptTokens: 20, usdPerThousandCalls: null },
      ],
      "prompt_tokens",
    );
    expect(html).toContain("tokens of the prompt, because a price is unknown");
    expect(html).not.toContain("USD");
    expect(points(html)).toEqual([
      [13.3, 70],
      [80, 10],
    ]);
  });

  test("the base alone, or an older record: nothing", () => {
    expect(page([{ ...base, isChosen: true }])).not.toContain("Quality against price");
    expect(renderReport(runRecord([optimizationRecord()]))).not.toContain("Quality against price");
  });
});
