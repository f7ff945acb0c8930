import { describe, expect, it } from "vitest";
import { unseenShare, wilsonInterval } from "../../../src/core/statistics/mean-interval.ts";
import { newcombeInterval } from "../../../src/core/statistics/paired-comparison.ts";
import { mcnemarPValue } from "../../../src/core/statistics/paired-tests.ts";

describe("Wilson's interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17:857–872 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i", (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials, 0.95);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
    const [mirroredLow, mirroredHigh] = wilsonInterval(trials - successes, trials, 0.95);
    expect(mirroredLow).toBeCloseTo(1 - interval[1], 12);
    expect(mirroredHigh).toBeCloseTo(1 - interval[0], 12);
  });

  it("is [0, 1] without trials", () => {
    expect(wilsonInterval(0, 0, 0.95)).toEqual([0, 1]);
  });
});

describe("the exact McNemar test", () => {
  // M. Fagerland, S. Lydersen & P. Laake, BMC Medical Research Methodology 13:91 (2013): 0.070 and 0.053;
  // M. Fay, exact2x2 (The R Journal 2, 2010): 0.06543.
  it.each([
    [7, 1, 0.0703],
    [16, 6, 0.0525],
    [2, 9, 0.06543],
  ])("of %i against %i", (gained, lost, p) => {
    expect(mcnemarPValue(gained, lost)).toBeCloseTo(p, 4);
    expect(mcnemarPValue(lost, gained)).toBe(mcnemarPValue(gained, lost));
  });

  it("is 1 without differing pairs, and does not underflow on many", () => {
    expect(mcnemarPValue(0, 0)).toBe(1);
    expect(mcnemarPValue(5, 5)).toBe(1);
    expect(mcnemarPValue(50_400, 50_000)).toBeCloseTo(0.208, 2);
  });
});

describe("Newcombe's paired interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17:2635–2650 (1998), method 10: 36, 12, 2, 0;
  // M. Fagerland, S. Lydersen & P. Laake, Statistics in Medicine 33:2850–2875 (2014): the other two.
  it.each([
    [36, 12, 2, 0, 0.0569, 0.3404],
    [1, 1, 7, 12, -0.507, -0.026],
    [59, 6, 16, 80, -0.1186, -0.0046],
  ])("of %i, %i, %i, %i", (both, onlyOptimized, onlyBase, neither, low, high) => {
    const counts = { both, onlyOptimized, onlyBase, neither };
    const digits = low === -0.507 ? 3 : 4;
    const interval = newcombeInterval(counts, 0.95);
    expect(interval[0]).toBeCloseTo(low, digits);
    expect(interval[1]).toBeCloseTo(high, digits);
    const swapped = newcombeInterval({ ...counts, onlyBase: onlyOptimized, onlyOptimized: onlyBase }, 0.95);
    expect(swapped[0]).toBeCloseTo(-interval[1], 12);
    expect(swapped[1]).toBeCloseTo(-interval[0], 12);
  });

  it("stays open if every pair agrees", () => {
    const [low, high] = newcombeInterval({ both: 54, onlyBase: 0, onlyOptimized: 0, neither: 0 }, 0.95);
    expect(low).toBeCloseTo(-0.0664, 4);
    expect(high).toBeCloseTo(0.0664, 4);
    expect(newcombeInterval({ both: 0, onlyBase: 0, onlyOptimized: 0, neither: 0 }, 0.95)).toEqual([-1, 1]);
  });
});

describe("the unseen share", () => {
  it("is the upper end of the exact interval of none", () => {
    // Clopper–Pearson for 0 of 20 at 95 %: 0.1684 (Newcombe 1998, table I, method 5).
    expect(unseenShare(20, 0.95)).toBeCloseTo(0.1684, 4);
    expect(unseenShare(0, 0.95)).toBe(1);
  });
});
