import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../../src/core/statistics/distributions.ts";

describe("the normal distribution", () => {
  // Abramowitz & Stegun (1964), table 26.1.
  it.each([
    [0, 0.5],
    [0.5, 0.69146246127401],
    [1, 0.84134474606854],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [5, 0.99999971334843],
  ])("has %d standard deviations above a share of %d", (z, share) => {
    expect(normalCdf(z)).toBeCloseTo(share, 13);
    expect(normalCdf(-z)).toBeCloseTo(1 - share, 13);
  });

  it.each([
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489],
    [0.9, 1.2815515655446],
    [0.5, 0],
  ])("has its quantile of %d at %d", (share, z) => {
    expect(normalQuantile(share)).toBeCloseTo(z, 12);
    expect(normalQuantile(1 - share)).toBeCloseTo(-z, 12);
  });

  it("inverts itself far out, and is infinite at the ends", () => {
    for (const p of [1e-12, 1e-6, 0.02, 0.03, 0.3, 0.97, 0.99]) {
      expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 10);
    }
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
