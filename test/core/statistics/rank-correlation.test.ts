import { describe, expect, it } from "vitest";
import { kendallTauB, spearman } from "../../../src/core/statistics/rank-correlation.ts";

const confidence = 0.95;

describe("Kendall's tau-b", () => {
  it("has the value and interval of the SAS example", () => {
    // SAS/STAT user's guide, procedure FREQ, example "Cochran-Armitage Trend Test": 0.3373, ASE 0.0642,
    // 0.2114 to 0.4631.
    const pain = [
      [26, 26, 23, 18, 9],
      [6, 7, 9, 14, 23],
    ];
    const { value, interval } = kendallTauB(pain, confidence);
    expect(value).toBeCloseTo(0.3373, 4);
    expect(interval?.[0]).toBeCloseTo(0.2114, 4);
    expect(interval?.[1]).toBeCloseTo(0.4631, 4);
  });

  it("has the value of scipy for the dermatologists of the SAS user's guide", () => {
    const skin = [
      [10, 4, 1, 0],
      [5, 10, 12, 2],
      [2, 4, 12, 5],
      [0, 2, 6, 13],
    ];
    // scipy 1.17.1, `stats.kendalltau`.
    expect(kendallTauB(skin, confidence).value).toBeCloseTo(0.5813019642, 9);
  });

  it("is undefined if one list holds a single value", () => {
    expect(kendallTauB([[3, 4]], confidence)).toEqual({ value: null, interval: null });
    expect(kendallTauB([], confidence)).toEqual({ value: null, interval: null });
  });
});

describe("Spearman's rank correlation", () => {
  it("has the value of the Wikipedia example, and Bonett and Wright's interval", () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    const { value, interval } = spearman(iq, hours, confidence);
    expect(value).toBeCloseTo(-29 / 165, 12);
    // tanh(atanh(r) ± 1.96 √((1 + r²/2) ÷ 7)), by hand.
    expect(interval?.[0]).toBeCloseTo(-0.7278, 4);
    expect(interval?.[1]).toBeCloseTo(0.5145, 4);
  });

  it("gives ties their mean rank", () => {
    // scipy 1.17.1, `stats.spearmanr` of the dermatologists of the SAS user's guide.
    const skin = [
      [10, 4, 1, 0],
      [5, 10, 12, 2],
      [2, 4, 12, 5],
      [0, 2, 6, 13],
    ];
    const pairs = skin.flatMap((row, one) =>
      row.flatMap((count, other) => Array.from({ length: count }, () => [one, other] as const)),
    );
    const { value } = spearman(
      pairs.map(([one]) => one),
      pairs.map(([, other]) => other),
      confidence,
    );
    expect(value).toBeCloseTo(0.6576286849, 9);
  });

  it("keeps a finite interval at a perfect correlation, and has none for 3 rows", () => {
    const { value, interval } = spearman([1, 2, 3, 4, 5], [2, 4, 6, 8, 10], confidence);
    expect(value).toBe(1);
    expect(interval?.[0]).toBeLessThan(0.999);
    expect(interval?.[1]).toBe(1);
    expect(spearman([1, 2, 3], [1, 2, 3], confidence)).toEqual({ value: 1, interval: null });
    expect(spearman([1, 1, 1, 1], [1, 2, 3, 4], confidence)).toEqual({ value: null, interval: null });
  });
});
