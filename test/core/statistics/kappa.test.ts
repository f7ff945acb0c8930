import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import { cohenKappa, kappaEstimate } from "../../../src/core/statistics/kappa.ts";

const confidence = 0.95;

/** J. Fleiss, J. Cohen & B. Everitt (1969), table 1: shares of 200 cases, here as counts. */
const diagnoses = [
  [106, 10, 4],
  [22, 28, 10],
  [2, 12, 6],
];
/** SAS/STAT user's guide, procedure FREQ, "Agreement Study": two dermatologists. */
const skin = [
  [10, 4, 1, 0],
  [5, 10, 12, 2],
  [2, 4, 12, 5],
  [0, 2, 6, 13],
];
/** statsmodels, stats/tests/test_inter_rater.py, table10: a class that one rater never uses. */
const unused = [
  [0, 4, 1],
  [0, 8, 0],
  [0, 1, 5],
];

describe("kappa and its large-sample standard error", () => {
  // Values and standard errors: statsmodels 0.15.0, `cohens_kappa(table)` and `cohens_kappa(table, wt="fc")`.
  it.each([
    ["diagnoses", diagnoses, 0.4285714286, 0.0537110049, 0.5666666667, 0.0556663402],
    ["skin", skin, 0.3448753463, 0.0723966874, 0.6607228916, 0.0616428324],
    ["an unused class", unused, 0.4841628959, 0.1380135783, 0.4501607717, 0.1922326634],
  ])("%s", (_, table, value, error, weighted, weightedError) => {
    const plain = kappaEstimate(table);
    expect(plain.value).toBeCloseTo(value, 9);
    expect(plain.standardError).toBeCloseTo(error, 9);
    const quadratic = kappaEstimate(table, "quadratic");
    expect(quadratic.value).toBeCloseTo(weighted, 9);
    expect(quadratic.standardError).toBeCloseTo(weightedError, 9);
  });

  it("agrees with the interval that SAS prints for the dermatologists", () => {
    const { value, standardError } = kappaEstimate(skin);
    expect(value).toBeCloseTo(0.3449, 4);
    expect((value ?? 0) - 1.959964 * standardError).toBeCloseTo(0.203, 4);
    expect((value ?? 0) + 1.959964 * standardError).toBeCloseTo(0.4868, 4);
  });

  it("is the same with and without quadratic weights for two classes", () => {
    // "Cohen's kappa", Wikipedia: grant proposals read by two people.
    const table = [
      [20, 5],
      [10, 15],
    ];
    expect(kappaEstimate(table).value).toBeCloseTo(0.4, 12);
    expect(kappaEstimate(table, "quadratic")).toEqual(kappaEstimate(table));
  });
});

describe("the interval of kappa", () => {
  it("is undefined if both raters give one verdict to all", () => {
    const none = { value: null, interval: null };
    expect(
      cohenKappa(
        [
          [0, 0],
          [0, 12],
        ],
        { confidence },
      ),
    ).toEqual(none);
    expect(
      cohenKappa(
        [
          [0, 0],
          [0, 0],
        ],
        { confidence },
      ),
    ).toEqual(none);
  });

  it("is wide around 0 if one rater gives one verdict to all", () => {
    const { value, interval } = cohenKappa(
      [
        [0, 6],
        [0, 14],
      ],
      { confidence },
    );
    expect(value).toBeCloseTo(0, 12);
    expect(interval?.[0]).toBeLessThan(-0.03);
    expect(interval?.[1]).toBeGreaterThan(0.1);
  });

  it("allows for missed disagreements if there are none, and narrows with more rows", () => {
    const lowEnds = [5, 25, 250].map((each) => {
      const { value, interval } = cohenKappa(
        [
          [each, 0],
          [0, each],
        ],
        { confidence },
      );
      expect(value).toBe(1);
      expect(interval?.[1]).toBe(1);
      return interval?.[0] ?? 0;
    });
    expect(lowEnds[0]).toBeLessThan(0.6);
    expect(lowEnds[1]).toBeGreaterThan(0.8);
    expect(lowEnds[2]).toBeGreaterThan(0.97);
  });

  it("nears the large-sample interval in a large table", () => {
    const table = skin.map((row) => row.map((count) => count * 100));
    const { value, standardError } = kappaEstimate(table);
    const [low, high] = cohenKappa(table, { confidence }).interval ?? [0, 0];
    expect(low).toBeCloseTo((value ?? 0) - 1.959964 * standardError, 3);
    expect(high).toBeCloseTo((value ?? 0) + 1.959964 * standardError, 3);
  });

  it.each([
    [20, 0.5, 0.5, 0.6],
    [30, 0.7, 0.75, 0.8],
    [50, 0.5, 0.5, 0.8],
    [50, 0.85, 0.85, 0.6],
    [100, 0.9, 0.8, 0.4],
  ])("covers the truth: %i rows, shares %f and %f, kappa %f", (rows, people, judge, truth) => {
    const random = createRandom(`kappa ${rows} ${people} ${judge} ${truth}`);
    const chance = people * judge + (1 - people) * (1 - judge);
    const both = (chance + truth * (1 - chance) - 1 + people + judge) / 2;
    const shares = [1 - people - judge + both, judge - both, people - both, both];
    let [covered, tooHigh] = [0, 0];
    const samples = 2000;
    for (let sample = 0; sample < samples; sample++) {
      const counts = [0, 0, 0, 0];
      for (let row = 0; row < rows; row++) {
        let draw = random.next();
        let cell = 0;
        while (cell < 3 && draw >= (shares[cell] ?? 0)) draw -= shares[cell++] ?? 0;
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
      const [a = 0, b = 0, c = 0, d = 0] = counts;
      const { interval } = cohenKappa(
        [
          [a, b],
          [c, d],
        ],
        { confidence },
      );
      if (interval === null) continue;
      if (interval[0] <= truth && truth <= interval[1]) covered++;
      if (interval[0] > truth) tooHigh++;
    }
    expect(covered / samples).toBeGreaterThan(0.91);
    expect(tooHigh / samples).toBeLessThan(0.05);
  });
});
