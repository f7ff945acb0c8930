import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";
import {
  type Combination,
  combinationKey,
  contentOf,
  createChoices,
  lineOf,
  type VariableChoice,
} from "../../../src/optimizers/mipro/choices.ts";
import {
  cholesky,
  fitSurrogate,
  type Observation,
  solveLower,
  solveUpper,
} from "../../../src/optimizers/mipro/surrogate.ts";

function openSpace() {
  const { instruction, demonstrations } = createChoices();
  const first = instruction("first");
  const none = demonstrations([]);
  const [plain, good] = [instruction("plain", first), instruction("good", first)];
  const better = instruction("better", good);
  const [some, others] = [demonstrations([], none), demonstrations([], none)];
  const variables = [
    { text: "p", choices: [first, plain, good, better] },
    { text: "p", choices: [none, some, others] },
  ];
  return { first, none, plain, good, better, some, others, variables };
}

it("solves the equations of a factorized matrix", () => {
  const square = fc.integer({ min: 1, max: 6 }).chain((size) =>
    fc.tuple(
      fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: size, maxLength: size }), {
        minLength: size,
        maxLength: size,
      }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: size, maxLength: size }),
    ),
  );
  fc.assert(
    fc.property(square, ([rows, right]) => {
      const dot = (one: readonly number[], other: readonly number[]) =>
        one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
      const matrix = rows.map((row, at) => rows.map((other, to) => dot(row, other) + (at === to ? 1 : 0)));
      const lower = cholesky(matrix);
      const found = solveUpper(lower, solveLower(lower, right));
      for (const [at, row] of matrix.entries()) expect(dot(row, found)).toBeCloseTo(right[at] ?? 0, 6);
    }),
  );
});

it("estimates each choice's gain from combinations", () => {
  const { first, none, plain, good, some, others, variables } = openSpace();
  const worth = new Map<VariableChoice, number>([
    [plain, -0.1],
    [good, 0.3],
    [some, 0.2],
    [others, -0.2],
  ]);
  const observations = [first, plain, good].flatMap((one) =>
    [none, some, others].map((other): Observation => {
      const gain = (worth.get(one) ?? 0) + (worth.get(other) ?? 0);
      return { combination: [one, other], gain, rows: 200 };
    }),
  );
  const surrogate = fitSurrogate(
    observations.filter(({ combination }) => combination[0] !== good || combination[1] !== some),
  );
  expect(surrogate.expected([good, some])).toBeCloseTo(0.5, 1);
  expect(surrogate.expected([plain, others])).toBeCloseTo(-0.3, 1);
  expect(surrogate.expected([first, none])).toBe(0);
  expect(surrogate.best(variables)[1]).toBe(some);
});

it("expects an untried choice to be as good as its parent", () => {
  const { none, plain, good, better } = openSpace();
  const seen = (choice: VariableChoice, gain: number): Observation => ({
    combination: [choice, none],
    gain,
    rows: 100,
  });
  const untried = fitSurrogate([seen(plain, 0.02), seen(good, 0.3)]);
  expect(untried.expected([better, none])).toBeCloseTo(untried.expected([good, none]));
  const tried = fitSurrogate([seen(good, 0.3), seen(better, 0.1)]);
  expect(tried.expected([better, none])).toBeLessThan(tried.expected([good, none]));
});

it("draws untried choices often, bad ones never, the best ones mostly", () => {
  const { first, none, plain, good, some, others, variables } = openSpace();
  const seen = (combination: Combination, gain: number): Observation => ({ combination, gain, rows: 2000 });
  const surrogate = fitSurrogate([
    seen([plain, none], -0.5),
    seen([first, some], 0.4),
    seen([first, others], -0.4),
  ]);
  const random = createRandom(1);
  const drawn = Array.from({ length: 200 }, () => surrogate.draw(variables, random));
  expect(drawn.filter(([choice]) => choice === plain)).toEqual([]);
  expect(drawn.filter(([choice]) => choice === good).length).toBeGreaterThan(20);
  expect(drawn.filter(([, choice]) => choice === some)).toHaveLength(200);
  const again = createRandom(1);
  expect(Array.from({ length: 200 }, () => surrogate.draw(variables, again))).toEqual(drawn);
});

it("without observations, expects no gain and draws any choice", () => {
  const { variables, first, none } = openSpace();
  const surrogate = fitSurrogate([]);
  expect(surrogate.best(variables)).toEqual([first, none]);
  const random = createRandom(1);
  const keys = new Set(Array.from({ length: 100 }, () => combinationKey(surrogate.draw(variables, random))));
  expect(keys.size).toBeGreaterThan(6);
});

it("a combination maps to its texts", () => {
  const { better, good, some, variables } = openSpace();
  expect(contentOf(variables, [better, some])).toEqual({ texts: { p: "better" }, sets: { p: [] } });
  expect(lineOf(better)).toEqual([better, good]);
});
