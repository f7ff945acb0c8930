import { describe, expect, it } from "vitest";
import { meanDifferenceInterval, unseenShare } from "../../../src/core/statistics/mean-interval.ts";

const options = { confidence: 0.95, seed: 1 };

describe("the interval of a mean difference", () => {
  it("stays open when all differences are equal", () => {
    const unseen = unseenShare(30, 0.95);
    expect(meanDifferenceInterval(Array(30).fill(0), options)).toEqual([-unseen, unseen]);
    const [low, high] = meanDifferenceInterval(Array(30).fill(0.5), options);
    expect(low).toBeCloseTo(0.5 - 1.5 * unseen, 12);
    expect(high).toBeCloseTo(0.5 + 0.5 * unseen, 12);
    expect(meanDifferenceInterval([], options)).toEqual([-1, 1]);
  });

  it("does not treat a few gains as proof against losses", () => {
    const few = [0.5, 0.5, 0.5, ...Array(27).fill(0)];
    const [low, high] = meanDifferenceInterval(few, options);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0.1);
  });

  it("stays within what scores allow", () => {
    const [low, high] = meanDifferenceInterval([1, 1, 1, 0.9], options);
    expect(high).toBe(1);
    expect(low).toBeGreaterThan(0);
  });
});
