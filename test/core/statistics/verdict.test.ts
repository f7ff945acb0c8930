import { describe, expect, it } from "vitest";
import { type Gate, rowsNeeded, verdictOf } from "../../../src/core/statistics/verdict.ts";

const better: Gate = { mode: "better", minGain: 0, margin: 0.02 };
const seen = (difference: number, low: number, high: number) => ({
  difference,
  interval: [low, high] as const,
  confidence: 0.95,
  pValue: 0.2,
  rows: 100,
});

describe("verdictOf", () => {
  it.each([
    [
      "a proven gain",
      seen(0.1, 0.02, 0.18),
      better,
      "improved",
      "the 95 % interval of the gain, +0.020 to +0.180 on 100 rows, lies above 0",
    ],
    [
      "a gain that could be chance",
      seen(0.1, -0.02, 0.22),
      better,
      "no_proven_improvement",
      "the 95 % interval of the gain, −0.020 to +0.220 on 100 rows, does not lie above 0: it could be chance",
    ],
    [
      "an interval that ends at 0",
      seen(0.1, 0, 0.2),
      better,
      "no_proven_improvement",
      "the 95 % interval of the gain, 0.000 to +0.200 on 100 rows, does not lie above 0: it could be chance",
    ],
    [
      "a loss",
      seen(-0.1, -0.18, -0.02),
      better,
      "regressed",
      "the 95 % interval of the gain, −0.180 to −0.020 on 100 rows, lies below 0",
    ],
    [
      "a gain under min_gain",
      seen(0.04, 0.01, 0.07),
      { ...better, minGain: 0.05 },
      "no_proven_improvement",
      "the gain of +0.040 is smaller than the +0.050 asked for",
    ],
    [
      "a gain of exactly min_gain",
      seen(0.1 + 0.2 - 0.25, 0.01, 0.09),
      { ...better, minGain: 0.05 },
      "improved",
      "the 95 % interval of the gain, +0.010 to +0.090 on 100 rows, lies above 0",
    ],
    [
      "no loss beyond the margin",
      seen(0.005, -0.015, 0.025),
      { ...better, mode: "non_inferior" },
      "improved",
      "the 95 % interval of the gain, −0.015 to +0.025 on 100 rows, lies above −0.020",
    ],
    [
      "a loss that may pass the margin",
      seen(0.005, -0.03, 0.04),
      { ...better, mode: "non_inferior" },
      "no_proven_improvement",
      "the 95 % interval of the gain, −0.030 to +0.040 on 100 rows, does not lie above −0.020: it could be chance",
    ],
    [
      "a small proven loss within the margin",
      seen(-0.01, -0.015, -0.005),
      { ...better, mode: "non_inferior" },
      "regressed",
      "the 95 % interval of the gain, −0.015 to −0.005 on 100 rows, lies below 0",
    ],
  ] as const)("of %s", (_, comparison, gate, status, reason) => {
    expect(verdictOf(comparison, gate)).toEqual({ status, reason });
  });
});

describe("rowsNeeded", () => {
  it("estimates how many more rows would prove the gain", () => {
    expect(rowsNeeded(seen(0.1, -0.1, 0.3))).toBe(300);
    // A p-value of 0.2 requires (1.96 ÷ 1.28)² times the rows, whatever the interval.
    expect(rowsNeeded(seen(0.1, -0.005, 0.2))).toBe(134);
    expect(rowsNeeded({ ...seen(0.1, 0, 0.2), pValue: 0.0626 })).toBeGreaterThan(0);
  });

  it("is 0 if the gain is proven, and null if there is none", () => {
    expect(rowsNeeded(seen(0.1, 0.01, 0.2))).toBe(0);
    expect(rowsNeeded(seen(0, -0.1, 0.1))).toBeNull();
    expect(rowsNeeded(seen(-0.1, -0.3, 0.1))).toBeNull();
    expect(rowsNeeded({ ...seen(0, -1, 1), rows: 0 })).toBeNull();
  });

  it("accepts another threshold", () => {
    expect(rowsNeeded(seen(0, -0.04, 0.04), -0.02)).toBe(300);
    expect(rowsNeeded({ ...seen(0.1, -0.1, 0.3), pValue: 1 })).toBeLessThan(30_000);
  });
});
