import fc from "fast-check";
import { expect, test } from "vitest";
import { improvementPValue } from "../../../src/optimizers/search/differences.ts";

const wins = (count: number) => Array.from({ length: count }, () => 1);
const losses = (count: number) => Array.from({ length: count }, () => -1);

test.each([
  // Calculated by hand, mid-p: P(more wins) + P(equal wins) / 2 of a fair coin.
  [[1], 0.25],
  [[1, 1], 0.125],
  [[1, 1, 1], 0.0625],
  [[1, 1, -1], 0.125 + 0.375 / 2],
  [[1, 0.5], 0.125],
  [[1, -0.5], 0.25 + 0.125],
  [[0.2, 0.2], 0.125],
])("differences of %j: p-value %f", (differences, chance) => {
  expect(improvementPValue(differences)).toBeCloseTo(chance, 10);
});

test("a sum without a gain is no evidence", () => {
  for (const differences of [[], [0, 0], [-1], [1, -1], [0.5, -1]])
    expect(improvementPValue(differences)).toBe(1);
});

test("ties and order do not count, one more win does", () => {
  const difference = fc.constantFrom(-1, -0.5, 0, 0.25, 1);
  fc.assert(
    fc.property(fc.array(difference, { maxLength: 14 }), (differences) => {
      const chance = improvementPValue(differences);
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
      expect(improvementPValue([...differences, 0])).toBe(chance);
      expect(improvementPValue([...differences].reverse())).toBeCloseTo(chance, 10);
    }),
  );
  for (const lost of [0, 1, 2, 5]) {
    for (let gained = lost + 1; gained < 20; gained++) {
      const more = improvementPValue([...wins(gained + 1), ...losses(lost)]);
      expect(more).toBeLessThan(improvementPValue([...wins(gained), ...losses(lost)]));
    }
  }
});
