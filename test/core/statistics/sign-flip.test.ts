import { describe, expect, it } from "vitest";
import { signFlipPValue } from "../../../src/core/statistics/paired-tests.ts";

describe("the sign-flip test", () => {
  // R. A. Fisher, The Design of Experiments (1935), §21, on Darwin's maize: 863 of 32,768 one way.
  const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

  it("counts every pattern of few differences", () => {
    expect(signFlipPValue(maize, 1)).toBe(1726 / 32_768);
    expect(signFlipPValue([...maize, 0, 0, 0], 2)).toBe(1726 / 32_768);
    expect(signFlipPValue([0.1, 0.2, 0.3], 1)).toBe(2 / 8);
    expect(signFlipPValue([0.1, 0.2, -0.3], 1)).toBe(1);
    expect(signFlipPValue([0, 0], 1)).toBe(1);
    expect(signFlipPValue([], 1)).toBe(1);
  });

  it("samples patterns of many differences, close to the exact value and stable for a seed", () => {
    // 24 equal differences of which 6 are negative: binomial, 2 · P(at most 6 of 24) = 0.0227.
    const many = Array.from({ length: 24 }, (_, at) => (at < 6 ? -0.1 : 0.1));
    expect(Math.abs(signFlipPValue(many, 1) - 0.0227)).toBeLessThan(0.005);
    expect(signFlipPValue(many, 1)).toBe(signFlipPValue(many, 1));
    expect(signFlipPValue(many.map(Math.abs), 1)).toBe(1 / 10_001);
    const long = Array.from({ length: 70 }, (_, at) => (at % 2 === 0 ? 0.1 : -0.1));
    expect(signFlipPValue(long, 1)).toBe(1);
  });
});
