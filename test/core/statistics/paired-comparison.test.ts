import { describe, expect, it } from "vitest";
import { comparePaired } from "../../../src/core/statistics/paired-comparison.ts";

const options = { confidence: 0.95, seed: 42 };

describe("comparePaired", () => {
  it("uses McNemar and Newcombe if all scores are 0 or 1", () => {
    const pairs = [...Array(36).fill([1, 1]), ...Array(12).fill([0, 1]), ...Array(2).fill([1, 0])] as [
      number,
      number,
    ][];
    const found = comparePaired(
      pairs.map(([base]) => base),
      pairs.map(([, score]) => score),
      options,
    );
    expect(found).toMatchObject({ method: "mcnemar-newcombe", rows: 50, confidence: 0.95, difference: 0.2 });
    expect(found.pValue).toBeCloseTo(0.01294, 5);
    expect(found.interval[0]).toBeCloseTo(0.0569, 4);
    expect(found.interval[1]).toBeCloseTo(0.3404, 4);
  });

  it("uses the sign-flip test and BCa if one score is graded", () => {
    const base = Array.from({ length: 40 }, (_, at) => (at % 4) / 4);
    const better = base.map((score, at) => Math.min(1, score + (at % 3) / 10));
    const found = comparePaired(base, better, options);
    expect(found.method).toBe("signflip-bca");
    expect(found.interval[0]).toBeGreaterThan(0);
    expect(found.interval[0]).toBeLessThan(found.difference);
    expect(found.pValue).toBeLessThan(0.01);
    expect(comparePaired(base, better, options)).toEqual(found);
    const worse = comparePaired(better, base, options);
    expect(worse.difference).toBeCloseTo(-found.difference, 12);
    expect(worse.interval[1]).toBeLessThan(0);
  });

  it("shows no gain without a significant test", () => {
    // By chance, five gains and no loss occur once in 16: too often for 95 %.
    const base = [...Array(5).fill(0.25), ...Array(15).fill(0.5)];
    const better = [...Array(5).fill(0.75), ...Array(15).fill(0.5)];
    const found = comparePaired(base, better, options);
    expect(found.pValue).toBe(1 / 16);
    expect(found.interval[0]).toBeLessThanOrEqual(0);
  });

  it("is undecided without rows, and rejects lists of different lengths", () => {
    expect(comparePaired([], [], options)).toEqual({
      difference: 0,
      interval: [-1, 1],
      confidence: 0.95,
      pValue: 1,
      method: "mcnemar-newcombe",
      rows: 0,
    });
    expect(() => comparePaired([1], [], options)).toThrow(
      new RangeError("1 base scores do not pair with 0 optimized ones"),
    );
  });
});
