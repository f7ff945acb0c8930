import { describe, expect, it } from "vitest";
import { studentQuantile } from "../../../src/core/statistics/distributions.ts";

describe("Student's t distribution", () => {
  // Abramowitz & Stegun (1964), table 26.10; three decimals there, more from the closed forms for 1 and 2.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.995, 4, 4.604],
    [0.95, 10, 1.812],
    [0.975, 29, 2.045],
    [0.975, 60, 2.0],
    [0.995, 120, 2.617],
  ])("has its quantile of %d with %d degrees of freedom at %d", (p, degrees, t) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(t, 3);
    expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-t, 3);
  });

  it("agrees with the closed form for one degree, and with the normal for many", () => {
    expect(studentQuantile(0.9, 1)).toBeCloseTo(Math.tan(Math.PI * 0.4), 10);
    expect(studentQuantile(0.975, 10_000)).toBeCloseTo(1.960201, 5);
    expect(studentQuantile(0.5, 5)).toBe(0);
  });
});
