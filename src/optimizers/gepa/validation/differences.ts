import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import type { Scorecards } from "../../search/scorecards.ts";

/** Scores of a challenger less those of a defender, on the same rows. */
export type Differences = readonly number[];

/** Rows without a score on either side are left out. */
export function differencesOn(
  cards: Scorecards,
  challenger: Candidate,
  defender: Candidate,
  rows: readonly Example[],
): Differences {
  return rows.flatMap((row) => {
    const [ours, theirs] = [cards.score(challenger.id, row), cards.score(defender.id, row)];
    return ours === undefined || theirs === undefined ? [] : [ours - theirs];
  });
}

export function totalDifference(differences: Differences): number {
  return differences.reduce((sum, difference) => sum + difference, 0);
}

/** Rows won, lost and tied, in words for events and for later reflections. */
export function describeDifferences(differences: Differences): string {
  const won = differences.filter((difference) => difference > 0).length;
  const lost = differences.filter((difference) => difference < 0).length;
  return `better on ${won} and worse on ${lost} of ${differences.length} rows`;
}
