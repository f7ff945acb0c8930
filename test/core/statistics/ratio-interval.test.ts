import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { compareRatio } from "../../../src/core/statistics/bounded-comparison.ts";

const options = { confidence: 0.95, seed: 1 };

describe("compareRatio", () => {
  it("is the ratio of the means with an interval around it", () => {
    const source = Array.from({ length: 60 }, (_, at) => (at % 10 === 0 ? 0 : 1));
    const target = Array.from({ length: 60 }, (_, at) => (at % 6 === 0 ? 0 : 1));
    const { ratio, interval } = compareRatio(target, source, options);
    expect(ratio).toBeCloseTo(50 / 54, 12);
    expect(interval[0]).toBeGreaterThan(0.75);
    expect(interval[0]).toBeLessThan(ratio);
    expect(interval[1]).toBeGreaterThan(ratio);
    expect(interval[1]).toBeLessThan(1.1);
    expect(compareRatio(target, source, options)).toEqual({ ratio, interval });
  });

  it("covers the truth in at least 93 % of 1,000 runs of 50 rows", () => {
    const random = createRandom("ratio");
    let covered = 0;
    for (let run = 0; run < 1_000; run++) {
      const rows = Array.from({ length: 50 }, () => {
        const ease = random.next() < 0.7 ? 0.9 : 0.5;
        return [random.next() < ease - 0.1 ? 1 : 0, random.next() < ease ? 1 : 0] as const;
      });
      const { interval } = compareRatio(
        rows.map(([score]) => score),
        rows.map(([, score]) => score),
        { confidence: 0.95, seed: run, resamples: 1_000 },
      );
      if (interval[0] <= 0.68 / 0.78 && 0.68 / 0.78 <= interval[1]) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(930);
  });

  it("stays finite and open if rows are not informative", () => {
    const perfect = compareRatio(Array(30).fill(1), Array(30).fill(1), options);
    expect(perfect.ratio).toBe(1);
    expect(perfect.interval[0]).toBeCloseTo(0.884, 3);
    expect(perfect.interval[1]).toBeCloseTo(1.131, 3);
    const nothing = compareRatio([0, 0, 0, 0], [0, 0, 0, 0], options);
    expect(nothing.ratio).toBe(1);
    const fromNothing = compareRatio([1, 0, 1, 1], [0, 0, 0, 0], options);
    expect(fromNothing.ratio).toBe(6);
    for (const { ratio, interval } of [nothing, fromNothing, compareRatio([], [], options)]) {
      expect([ratio, ...interval].every(Number.isFinite)).toBe(true);
      expect(interval[0]).toBeLessThanOrEqual(ratio);
      expect(interval[1]).toBeGreaterThanOrEqual(ratio);
    }
  });
});
