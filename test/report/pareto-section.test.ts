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
  return renderReport(runRecord([optimizationRecord({ over: { pareto: { price, reason, entries } } })]));
}

/** Coordinates of the points, in the order of the entries. */
function points(html: string): readonly (readonly number[])[] {
  return [...html.matchAll(/<circle class="\w+" cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
}

describe("quality against price in the report", () => {
  test("is a table, and a chart where better is higher and dearer is further right", () => {
    const html = page([entry, chosen, base]);
    expect(html).toContain("<td>bbbbbbbbbbbb (base)</td>");
    expect(html).toContain("<strong>chosen</strong>: the best");
    expect(html).toMatch(
      /0\.900<\/td><td class="number">0\.880<\/td><td class="number">120<\/td><td class="number">2\.5/,
    );
    const [best = [], middle = [], cheapest = []] = points(html);
    expect(points(html)).toHaveLength(3);
    expect([best[0], cheapest[0]]).toEqual([460, 52]);
    expect([best[1], cheapest[1]]).toEqual([16, 196]);
    expect(middle[0]).toBeCloseTo(52 + (460 - 52) / 3, 0);
    expect(html).toContain("$0.4</text>");
  });

  test("without a price the length is the price, and dollars are unknown", () => {
    const html = page(
      [
        { ...entry, usdPerThousandCalls: null },
        { ...base, promptTokens: 20, usdPerThousandCalls: null },
      ],
      "prompt_tokens",
    );
    expect(html).toContain("tokens of the prompt</text>");
    expect(html).toContain("unknown</td>");
    expect(html).toContain("the length of the prompt (a price is unknown)");
  });

  test("all at one price: the table alone; the base alone, or an older record: nothing", () => {
    const flat = page([entry, { ...chosen, usdPerThousandCalls: 0.4 }]);
    expect([flat.includes("Quality against price"), flat.includes("<svg")]).toEqual([true, false]);
    expect(page([{ ...base, isChosen: true }])).not.toContain("Quality against price");
    expect(renderReport(runRecord([optimizationRecord()]))).not.toContain("Quality against price");
  });

  test("a record cannot put markup into the page", () => {
    const hostile = "</title></svg><script>alert(1)</script>";
    const html = page([{ ...chosen, candidate: hostile }, base], "usd", hostile);
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;/svg&gt;&lt;script&gt;");
  });

  test("shows the measured score of the best prompt if the estimate differs", () => {
    const validation = { base: 0.5, optimized: 0.88, measured: 0.9, rows: 30 };
    const html = renderReport(runRecord([optimizationRecord({ over: { scores: { validation } } })]));
    expect(html).toContain("On the validation rows the best prompt measured 0.900");
    expect(renderReport(runRecord([optimizationRecord()]))).not.toContain("the best prompt measured");
  });
});
