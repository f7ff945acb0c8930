import type { Random } from "../../core/random.ts";
import { normalQuantile } from "../../core/statistics/distributions.ts";
import { type Combination, lineOf, type Variable, type VariableChoice } from "./choices.ts";
import type { MiproSearch } from "./state.ts";

/** A combination's mean gain over the seed on some rows. */
export interface Observation {
  readonly combination: Combination;
  readonly gain: number;
  readonly rows: number;
}

/** Estimates the gain of each choice. */
export interface Surrogate {
  /** Expected gain of a combination over the seed. */
  expected(combination: Combination): number;
  /** The combination with the largest expected gain. */
  best(variables: readonly Variable[]): Combination;
  /** The best combination under one draw from the posterior (Thompson sampling). */
  draw(variables: readonly Variable[], random: Random): Combination;
}

// Prior of an untried choice: mean 0, standard deviation 20 points.
const priorVariance = 0.2 ** 2;
// Variance of one row's difference: scores are 0 … 1, so this is the maximum in a fair comparison.
const rowVariance = 0.25;

/**
 * Bayesian linear regression. A combination's gain is the sum of its choices' gains, and a choice's gain is
 * its parent's plus a small deviation. Untried choices keep the prior's uncertainty, so that draws try them.
 */
export function fitSurrogate(observations: readonly Observation[]): Surrogate {
  const ids = new Map<number, number>();
  const lines = observations.map(({ combination }) => combination.flatMap(lineOf));
  for (const { id } of lines.flat()) if (!ids.has(id)) ids.set(id, ids.size);
  const placesOf = (line: readonly VariableChoice[]) => line.flatMap(({ id }) => ids.get(id) ?? []);
  const precision = Array.from({ length: ids.size }, (_, row) =>
    Array.from({ length: ids.size }, (_, column) => (row === column ? 1 / priorVariance : 0)),
  );
  const pull = Array.from({ length: ids.size }, () => 0);
  for (const [at, { gain, rows }] of observations.entries()) {
    const weight = rows / rowVariance;
    const places = placesOf(lines[at] ?? []);
    for (const row of places) {
      pull[row] = (pull[row] ?? 0) + weight * gain;
      const values = precision[row] ?? [];
      for (const column of places) values[column] = (values[column] ?? 0) + weight;
    }
  }
  const lower: Matrix = cholesky(precision);
  const mean = solveUpper(lower, solveLower(lower, pull));
  const worth = (choice: VariableChoice, worths: ReadonlyMap<number, number>) =>
    lineOf(choice).reduce((sum, { id }) => sum + (worths.get(id) ?? 0), 0);
  const means = new Map([...ids].map(([id, place]) => [id, mean[place] ?? 0]));
  const bestBy = (variables: readonly Variable[], worths: ReadonlyMap<number, number>): Combination =>
    variables.map(({ choices }) =>
      choices.reduce((top, one) => (worth(one, worths) > worth(top, worths) ? one : top)),
    );
  return {
    expected: (combination) => combination.reduce((sum, choice) => sum + worth(choice, means), 0),
    best: (variables) => bestBy(variables, means),
    draw(variables, random) {
      const noise = solveUpper(
        lower,
        Array.from({ length: ids.size }, () => normal(random)),
      );
      const worths = new Map([...ids].map(([id, place]) => [id, (mean[place] ?? 0) + (noise[place] ?? 0)]));
      for (const { id, parent } of variables.flatMap(({ choices }) => choices))
        if (parent !== undefined && !worths.has(id))
          worths.set(id, Math.sqrt(priorVariance) * normal(random));
      return bestBy(variables, worths);
    },
  };
}

function normal(random: Random): number {
  // Never 0, where the quantile is infinite.
  return normalQuantile((random.next() * (2 ** 32 - 1) + 0.5) / 2 ** 32);
}

/** A square matrix by rows. */
type Matrix = readonly (readonly number[])[];

/** Returns the lower triangle L with L Lᵀ = `matrix`, which must be symmetric and positive definite. */
export function cholesky(matrix: Matrix): Matrix {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const made: number[] = [];
    for (let column = 0; column <= row; column++) {
      const above = column === row ? made : (lower[column] ?? []);
      let rest = values[column] ?? 0;
      for (let at = 0; at < column; at++) rest -= (made[at] ?? 0) * (above[at] ?? 0);
      made.push(column === row ? Math.sqrt(rest) : rest / (above[column] ?? 1));
    }
    lower.push(made);
  }
  return lower;
}

/** Returns x with L x = `right`. */
export function solveLower(lower: Matrix, right: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (const [row, values] of lower.entries()) {
    let rest = right[row] ?? 0;
    for (let at = 0; at < row; at++) rest -= (values[at] ?? 0) * (found[at] ?? 0);
    found.push(rest / (values[row] ?? 1));
  }
  return found;
}

/** Returns x with Lᵀ x = `right`. */
export function solveUpper(lower: Matrix, right: readonly number[]): readonly number[] {
  const found = [...right];
  for (let row = lower.length - 1; row >= 0; row--) {
    let rest = found[row] ?? 0;
    for (let at = row + 1; at < lower.length; at++) rest -= (lower[at]?.[row] ?? 0) * (found[at] ?? 0);
    found[row] = rest / (lower[row]?.[row] ?? 1);
  }
  return found;
}

/** All trial results so far, each compared with the leader on its rows. */
export function observe({ cards, leader, task, tried }: MiproSearch): readonly Observation[] {
  const { validation } = task;
  const ahead = cards.lead(leader.candidate.id, task.seed.id, validation);
  return [...tried.values()].flatMap((one): Observation[] => {
    if (one === undefined || one.candidate === task.seed) return [];
    const differences = validation.flatMap((row) => {
      const [ours, theirs] = [cards.score(one.candidate.id, row), cards.score(leader.candidate.id, row)];
      return ours === undefined || theirs === undefined ? [] : [ours - theirs];
    });
    const rows = differences.length;
    if (rows === 0) return [];
    const gain = ahead + differences.reduce((sum, value) => sum + value, 0) / rows;
    return [{ combination: one.combination, gain, rows }];
  });
}
