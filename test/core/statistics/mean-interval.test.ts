import { describe, expect, it } from "vitest";
import { meanInterval, unseenShare, wilsonInterval } from "../../../src/core/statistics/mean-interval.ts";

const options = { confidence: 0.95, seed: 1 };

describe("the interval of a mean score", () => {
  it("is Wilson's for binary scores", () => {
    const scores = [...Array(15).fill(1), ...Array(133).fill(0)];
    expect(meanInterval(scores, options)).toEqual(wilsonInterval(15, 148, 0.95));
    expect(meanInterval([], options)).toEqual([0, 1]);
  });

  it("is a bootstrap one for graded scores, within 0 and 1", () => {
    const [low, high] = meanInterval([1, 1, 0.9, 1, 1], options);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeGreaterThan(0.85);
    expect(low).toBeLessThan(0.98);
  });

  it("stays open when all graded scores are equal", () => {
    const unseen = unseenShare(10, 0.95);
    expect(meanInterval(Array(10).fill(0.5), options)).toEqual([0.5 - unseen / 2, 0.5 + unseen / 2]);
  });
});
