import { describe, expect, it } from "vitest";
import { bcaInterval } from "../../../src/core/statistics/bca.ts";

describe("the BCa interval", () => {
  it("of a variance matches the published one", () => {
    // B. Efron & R. Tibshirani, An Introduction to the Bootstrap (1993), tables 14.1 and 14.2: spatial test
    // data, 90 % BCa interval (115.8, 259.6) of the plug-in variance from 2,000 resamples.
    const score = [
      48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
    ];
    const columns = [score, score.map((value) => value * value)];
    const variance = ([mean = 0, squares = 0]: readonly number[]) => squares - mean * mean;
    const [low, high] = bcaInterval(columns, variance, { confidence: 0.9, seed: 1, isExpanded: false });
    expect(Math.abs(low - 115.8)).toBeLessThan(3);
    expect(Math.abs(high - 259.6)).toBeLessThan(5);
  });

  it("is the same for the same seed, wider when expanded, and follows shift and scale", () => {
    const values = [0.1, 0.5, 0.2, 0.9, 0.4, 0.4, 0.7, 0.3];
    const mean = ([value = 0]: readonly number[]) => value;
    const options = { confidence: 0.95, seed: 3 };
    const [low, high] = bcaInterval([values], mean, options);
    expect(bcaInterval([values], mean, options)).toEqual([low, high]);
    const [plainLow, plainHigh] = bcaInterval([values], mean, { ...options, isExpanded: false });
    expect(low).toBeLessThan(plainLow);
    expect(high).toBeGreaterThan(plainHigh);
    const [movedLow, movedHigh] = bcaInterval([values.map((value) => 2 * value - 1)], mean, options);
    expect(movedLow).toBeCloseTo(2 * low - 1, 10);
    expect(movedHigh).toBeCloseTo(2 * high - 1, 10);
  });
});
