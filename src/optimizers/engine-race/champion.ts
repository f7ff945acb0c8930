import type { Example } from "../../core/data/example.ts";
import { BudgetError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Contender } from "./contender.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";
import { measureOn, type Race } from "./state.ts";

/** A contender's best measured candidate, and the number of candidates it was chosen from. */
export interface Champion {
  readonly candidate: Candidate;
  readonly tried: number;
}

/**
 * The candidate a contender will spend on next: the first one waiting to be measured, otherwise its newest
 * draft. Undefined if it has no draft.
 */
function newestOf({ held, drafts, start }: Contender): Candidate | undefined {
  const waiting = held.find(({ candidate }) => candidate !== undefined && candidate.id !== start.id);
  return waiting?.candidate ?? drafts.at(-1);
}

/** A contender's best candidate among those measured on all of these rows; the earlier one on ties. */
function championOf(
  { drafts }: Contender,
  measurements: SharedMeasurements,
  rows: readonly Example[],
): Champion | undefined {
  const measured = drafts.filter(({ id }) => measurements.mean(id, rows) !== undefined);
  const [first, ...others] = measured;
  if (first === undefined) return undefined;
  const candidate = others.reduce(
    (top, one) => (measurements.lead(one.id, top.id, rows) > 0 ? one : top),
    first,
  );
  return { candidate, tried: measured.length };
}

/**
 * Measures the candidate a contender will spend on next. Returns its champion on these rows, or undefined if
 * it has none.
 */
export async function measureBest(
  race: Race,
  contender: Contender,
  rows: readonly Example[],
): Promise<Champion | undefined> {
  const newest = newestOf(contender);
  if (newest !== undefined) await measureIfPaid(race, newest, rows);
  return championOf(contender, race.measurements, rows);
}

/** Measures a candidate; does nothing if the budget is spent. */
export async function measureIfPaid(
  race: Race,
  candidate: Candidate,
  rows: readonly Example[],
): Promise<void> {
  try {
    await measureOn(race, candidate, rows);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
  }
}
