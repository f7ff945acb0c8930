import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import type { Contender } from "./contender.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";

/** What speaks for a contender, and out of how many candidates it was chosen by its scores. */
export interface Champion {
  readonly candidate: Candidate;
  readonly tried: number;
}

/**
 * The candidate a contender is about to spend on: the first that it waits to have measured, else its
 * newest. Undefined when it has drafted nothing.
 */
export function newestOf({ held, drafts, start }: Contender): Candidate | undefined {
  const waiting = held.find(({ candidate }) => candidate !== undefined && candidate.id !== start.id);
  return waiting?.candidate ?? drafts.at(-1);
}

/** The best of a contender's candidates that were measured on all of these rows; the earlier one on ties. */
export function championOf(
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
