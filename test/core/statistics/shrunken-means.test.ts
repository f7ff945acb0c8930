import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import {
  openMixture,
  posteriorOf,
  reweighted,
  shrunkenMeans,
} from "../../../src/core/statistics/shrunken-means.ts";

/*
 * B. Efron & C. Morris, Data analysis using Stein's estimator and its generalizations (JASA 70:311–319, 1975),
 * table 1: hits of 18 players in their first 45 times at bat in 1970, and their averages over the rest.
 */
const baseball: readonly (readonly [hits: number, rest: number])[] = [
  [18, 0.346],
  [17, 0.298],
  [16, 0.276],
  [15, 0.222],
  [14, 0.273],
  [14, 0.27],
  [13, 0.263],
  [12, 0.21],
  [11, 0.269],
  [10, 0.23],
  [10, 0.264],
  [10, 0.256],
  [10, 0.303],
  [10, 0.264],
  [10, 0.226],
  [9, 0.285],
  [8, 0.316],
  [7, 0.2],
];
const atBats = 45;
const squaredError = (means: readonly number[]) =>
  means.reduce((sum, mean, at) => sum + (mean - (baseball[at]?.[1] ?? 0)) ** 2, 0);

describe("means without the luck of the best", () => {
  it("predict Efron and Morris' baseball averages as well as Stein's estimator", () => {
    const scores = baseball.map(([hits], player) => {
      const row = Array.from({ length: atBats }, (_, at) => (at < hits ? 1 : 0));
      return createRandom(`player ${player}`).shuffle(row);
    });
    const raw = baseball.map(([hits]) => hits / atBats);
    const estimates = shrunkenMeans(scores);
    // The paper: 0.077 for the averages, 0.022 for Stein's.
    expect(squaredError(raw)).toBeCloseTo(0.077, 2);
    expect(squaredError(estimates)).toBeLessThan(0.03);
    for (const [at, estimate] of estimates.slice(1).entries())
      expect(estimate).toBeLessThanOrEqual((estimates[at] ?? 0) + 1e-6);
  });

  it("equal the means without noise: score = candidate + row", () => {
    const rows = [0, 0.05, 0.1, 0.15, 0.2, 0.1];
    const levels = [0.1, 0.3, 0.45, 0.6];
    const scores = levels.map((level) => rows.map((row) => level + row));
    shrunkenMeans(scores).forEach((mean, at) => {
      expect(mean).toBeCloseTo((levels[at] ?? 0) + 0.1, 3);
    });
  });

  it("account for hard rows: a candidate scored only on those is not penalized", () => {
    const rows = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 0.2 : 0.8));
    const whole = [0, 0.1, 0.05, 0.02].map((level) => rows.map((row) => row + level));
    const hardOnly = rows.map((row, at) => (at % 2 === 0 ? row + 0.1 : undefined));
    const means = shrunkenMeans([...whole, hardOnly]);
    expect(means[4]).toBeCloseTo(0.6, 2);
  });

  it("keep the mean of a single candidate, and are finite for none, no scores and constant columns", () => {
    expect(shrunkenMeans([[1, 0, undefined, 1]])).toEqual([2 / 3]);
    expect(shrunkenMeans([])).toEqual([]);
    expect(shrunkenMeans([[undefined], [undefined]])).toEqual([0, 0]);
    for (const mean of shrunkenMeans([
      [1, 1],
      [1, 1],
      [undefined, undefined],
    ]))
      expect(mean).toBeCloseTo(1, 3);
  });

  it("keep a difference too large for luck, however many candidates there are", () => {
    const random = createRandom("crowd");
    const coin = (chance: number) => Array.from({ length: 60 }, () => (random.next() < chance ? 1 : 0));
    const crowd = Array.from({ length: 98 }, () => coin(0.5));
    const best = coin(0.9);
    const raw = best.reduce((sum: number, score) => sum + score, 0) / best.length;
    const means = shrunkenMeans([coin(0.1), ...crowd, best]);
    expect(Math.abs((means.at(-1) ?? 0) - raw)).toBeLessThan(0.05);
    expect(Math.max(...means.slice(1, -1))).toBeLessThan(0.58);
  });
});

describe("a mixture of scales", () => {
  it("of one width gives the normal posterior", () => {
    const one = { variances: [0.04], weights: [1] };
    const { mean, variance, shares } = posteriorOf(0.3, 0.01, one);
    expect(mean).toBeCloseTo(0.3 * (0.04 / 0.05), 12);
    expect(variance).toBeCloseTo((0.04 * 0.01) / 0.05, 12);
    expect(shares).toEqual([1]);
  });

  it("weights its components by likelihood", () => {
    const two = { variances: [0, 1], weights: [0.5, 0.5] };
    const density = (value: number, spread: number) =>
      Math.exp(-(value ** 2) / (2 * spread)) / Math.sqrt(spread);
    const [none, wide] = [density(0.2, 0.01), density(0.2, 1.01)];
    expect(posteriorOf(0.2, 0.01, two).shares[0]).toBeCloseTo(none / (none + wide), 12);
  });

  it("estimates its weights, with pseudo-values at no difference", () => {
    const mixture = openMixture();
    const near = Array.from({ length: 9 }, () => posteriorOf(0, 0.001, mixture));
    const { weights } = reweighted(mixture, near, 1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights[0]).toBeGreaterThan(reweighted(mixture, near, 0).weights[0] ?? 1);
  });
});
