import type { RaceOptions } from "./options.ts";

/** A stage of the race: so many challengers, each of which may spend so much in it. */
export interface Rung {
  readonly challengers: number;
  /** Share of the budget, 0 … 1, rows of the comparison included. */
  readonly slice: number;
  /** Validation rows on which a challenger is compared. */
  readonly rows: number;
}

// Less would not bring a challenger from its first request to its first candidate.
const leastOwnCalls = 6;

/**
 * Successive halving (K. Jamieson, A. Talwalkar, AISTATS 2016): every rung costs alike, and one in `eta`
 * challengers goes on to the next. Where the budget does not let all challengers show a candidate, there
 * is one rung only, and then fewer challengers race; where it does not pay for one, the list is empty.
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
