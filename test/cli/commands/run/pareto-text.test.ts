import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { renderPareto } from "../../../../src/cli/commands/run/render-pareto.ts";
import { renderSummary } from "../../../../src/cli/commands/run/render-summary.ts";
import type { ParetoTable } from "../../../../src/contracts/pareto-table.ts";
import { optimizationRecord, runRecord } from "../../../support/run-records.ts";

const entry = {
  isBase: false,
  isChosen: false,
  measured: 0.9,
  validation: 0.8812,
  promptTokens: 1234,
  outputTokens: 3.25,
  usdPerThousandCalls: 1.25,
};
const pareto: ParetoTable = {
  price: "usd",
  reason: "the cheapest within 0.01 of the best estimate, 0.881",
  entries: [
    { ...entry, candidate: "0123456789ab" },
    { ...entry, candidate: "fedcba987654", isChosen: true, usdPerThousandCalls: 0.00123 },
    { ...entry, candidate: "111111111111", isBase: true, outputTokens: null, usdPerThousandCalls: null },
  ],
};
const plain = optimizationRecord({ over: { pareto } });
const record = {
  ...plain,
  plan: { ...plain.plan, select: { kind: "cheapest_within", margin: 0.01 } as const },
};
const look = (columns: number) => ({ hasColor: false, hasSpinner: false, columns });

describe("quality against price in the terminal", () => {
  test("is aligned, in 60 columns", () => {
    expect(renderPareto(record, look(60)).join("\n")).toBe(
      [
        "quality against price of x, on the validation rows; tokens",
        "  and dollars per call:",
        "  Candidate    Score Estimate Prompt Output  $/1,000",
        "────────────────────────────────────────────────────",
        "  0123456789ab 0.900    0.881  1,234    3.3    $1.25",
        "* fedcba987654 0.900    0.881  1,234    3.3 $0.00123",
        "  base         0.900    0.881  1,234      –        –",
        "* chosen: the cheapest within 0.01 of the best estimate,",
        "  0.881",
        "",
      ].join("\n"),
    );
  });

  test.each([20, 32, 50])("fits %d columns", (columns) => {
    const text = renderPareto(record, look(columns)).join("\n");
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    for (const value of ["0123456789ab", "$0.00123", "1,234"]) expect(text).toContain(value);
  });

  test("comes after the summary table if price is an objective", () => {
    const text = renderSummary(runRecord([record]), look(200), { isVerbose: false, next: [] });
    expect(text.indexOf("quality against price")).toBeGreaterThan(text.indexOf("Optimization"));
    expect(text.indexOf("quality against price")).toBeLessThan(text.indexOf("✓ x"));
    expect(renderPareto(plain, look(80))).toEqual([]);
    const weighed = { ...plain, plan: { ...plain.plan, objectives: { quality: 1, promptTokens: 0.1 } } };
    expect(renderPareto(weighed, look(80))).not.toEqual([]);
  });
});
