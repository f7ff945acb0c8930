import type { Example } from "../../core/data/example.ts";
import { BudgetError } from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { type Champion, championOf, newestOf } from "./champion.ts";
import type { Contender } from "./contender.ts";
import { measureOn, type Race } from "./state.ts";

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
