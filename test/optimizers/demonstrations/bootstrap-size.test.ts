import { expect, it } from "vitest";
import { bootstrapSize } from "../../../src/optimizers/demonstrations/demonstration-options.ts";

it.each([
  [40, Infinity, 60, 40],
  [40, 240, 60, 40],
  [40, 100, 60, 20],
  [40, 70, 60, 10],
  [40, 60, 60, 0],
  [0, 500, 60, 0],
])(
  "of %i rows wanted, with %i rollouts left and %i validation rows, it runs %i",
  (wanted, left, rows, expected) => {
    expect(bootstrapSize(wanted, left, rows)).toBe(expected);
  },
);
