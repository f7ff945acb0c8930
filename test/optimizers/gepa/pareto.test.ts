import fc from "fast-check";
import { expect, test } from "vitest";
import { paretoShares } from "../../../src/optimizers/gepa/select-parent.ts";

const shares = (standings: Record<string, readonly (number | undefined)[]>) =>
  Object.fromEntries(paretoShares(Object.entries(standings).map(([id, scores]) => ({ id, scores }))));

test("each row's best score is shared by the candidates that reach it", () => {
  expect(shares({ a: [1, 0, 1], b: [0, 1, 1], c: [0, 0.5, 0] })).toEqual({ a: 1, b: 1, c: 0 });
  expect(shares({ a: [1, 1, 0, 0], b: [1, 0, 1, 0], c: [0, 1, 1, 1] })).toEqual({ a: 1, b: 1, c: 2 });
});

test("a dominated candidate gets nothing, not even for shared rows", () => {
  expect(shares({ a: [1, 1, 0], b: [1, 0, 0], c: [0, 0, 1] })).toEqual({ a: 2, b: 0, c: 1 });
});

test("equal candidates do not dominate each other", () => {
  expect(shares({ a: [1, 0], b: [1, 0], c: [0, 1] })).toEqual({ a: 0.5, b: 0.5, c: 1 });
});

test("rows with equal scores for all do not count", () => {
  expect(shares({ a: [0, 0], b: [0, 0] })).toEqual({ a: 0, b: 0 });
  expect(shares({ a: [1, 1] })).toEqual({ a: 0 });
  expect(shares({})).toEqual({});
});

test("an unmeasured row counts neither for nor against its candidate", () => {
  expect(shares({ a: [1, undefined], b: [0, 1] })).toEqual({ a: 1, b: 0 });
  expect(shares({ a: [undefined, 1], b: [1, 0] })).toEqual({ a: 1, b: 0 });
});

test("shares do not exceed the rows, and the best measured mean is never dominated", () => {
  const row = fc.constantFrom(0, 0.5, 1);
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      (table) => {
        const found = paretoShares(table.map((scores, at) => ({ id: String(at), scores })));
        const sum = [...found.values()].reduce((total, share) => total + share, 0);
        expect(sum).toBeLessThanOrEqual(4 + 1e-9);
        for (const [at, scores] of table.entries()) {
          const isDominated = table.some(
            (other) =>
              other.every((value, i) => value >= (scores[i] ?? 0)) &&
              other.some((value, i) => value > (scores[i] ?? 0)),
          );
          if (isDominated) expect(found.get(String(at))).toBe(0);
        }
      },
    ),
  );
});
