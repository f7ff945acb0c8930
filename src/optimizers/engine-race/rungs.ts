import type { RaceOptions } from "./options.ts";

/** A stage of the race: the number of challengers and the budget each may spend in it. */
export interface Rung {
  readonly challengers: number;
  /** Share of the budget, 0 … 1, including the comparison rows. */
  readonly slice: number;
  /** Validation rows on which a challenger is compared. */
  readonly rows: number;
}

// Fewer calls do not get a challenger from its first request to its first candidate.
const leastOwnCalls = 6;

/**
 * Successive halving (K. Jamieson, A. Talwalkar, AISTATS 2016): all rungs cost the same, and one in `eta`
 * challengers moves on. If the budget does not cover a candidate from every challenger, there is one rung
 * with fewer challengers; if it does not cover even one, the list is empty.
 */
export function planRungs(
  challengers: number,
  calls: number,
  validationRows: number,
  { exploration, eta, rows }: Pick<RaceOptions, "exploration" | "eta" | "rows">,
): readonly Rung[] {
  const first = Math.min(rows, validationRows);
  const isAffordable = (count: number, rungs: number): boolean =>
    (exploration / rungs) * calls >= count * (first + leastOwnCalls);
  for (let count = challengers; count > 0; count--) {
    const counts = [count];
    for (let next = count; next > 1; counts.push(next)) next = Math.ceil(next / eta);
    const paid = isAffordable(count, counts.length) ? counts : isAffordable(count, 1) ? [count] : [];
    if (paid.length === 0) continue;
    return paid.map((number, at) => ({
      challengers: number,
      slice: exploration / paid.length / number,
      rows: Math.min(validationRows, first * eta ** at),
    }));
  }
  return [];
}
