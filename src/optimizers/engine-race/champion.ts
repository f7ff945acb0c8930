import type { Example } from "../../core/data/example.ts";
import { BudgetError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Contender } from "./contender.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";
import { measureOn, type Race } from "./state.ts";

/** What speaks for a contender, and out of how many candidates it was chosen by its scores. */
export interface Champion {
  readonly candidate: Candidate;
  readonly tried: number;
}

/**
 * The candidate a contender is about to spend on: the first that it waits to have measured, else its
 * newest. Undefined when it has drafted nothing.
 */
function newestOf({ held, drafts, start }: Contender): Candidate | undefined {
  const waiting = held.find(({ candidate }) => candidate !== undefined && candidate.id !== start.id);
  return waiting?.candidate ?? drafts.at(-1);
}

/** The best of a contender's candidates that were measured on all of these rows; the earlier one on ties. */
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

/** Measures what a contender would spend on next; its champion on these rows, undefined when it has none. */
export async function measureBest(
  race: Race,
  contender: Contender,
  rows: readonly Example[],
): Promise<Champion | undefined> {
  const newest = newestOf(contender);
  if (newest !== undefined) await measureIfPaid(race, newest, rows);
  return championOf(contender, race.measurements, rows);
}

/** Measures a candidate unless the budget is spent. */
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
