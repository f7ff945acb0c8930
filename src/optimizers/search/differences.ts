import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { mcnemarPValue, signFlipPValue } from "../../core/statistics/paired-tests.ts";
import type { Scorecards } from "./scorecards.ts";

// Signs are drawn at random only if there are many differences of unequal size; the draw affects nothing
// else.
const drawSeed = 1;

/**
 * One-sided p-value of a sign-flip test: the probability that differences with random signs are at least as
 * favorable. Counted as mid-p (half of the equally favorable cases), because exact p-values of a few rows are
 * far above the nominal level (M. Fagerland et al., BMC Med. Res. Methodol. 13:91, 2013).
 */
export function improvementPValue(differences: Differences): number {
  const moved = differences.filter((difference) => difference !== 0);
  if (totalDifference(moved) <= 0) return 1;
  const size = Math.abs(moved[0] ?? 0);
  if (moved.every((difference) => Math.abs(difference) === size)) {
    const gained = moved.filter((difference) => difference > 0).length;
    const lost = moved.length - gained;
    const atLeast = mcnemarPValue(gained, lost) / 2;
    const above = lost === 0 ? 0 : mcnemarPValue(gained + 1, lost - 1) / 2;
    return (atLeast + above) / 2;
  }
  const asSeen = 0.5 ** moved.length;
  return signFlipPValue(moved, drawSeed) / 2 - asSeen / 2;
}

/** Scores of a challenger minus those of a defender on the same rows. */
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

/** Rows won, lost and tied, in words, for events and later reflections. */
export function describeDifferences(differences: Differences): string {
  const won = differences.filter((difference) => difference > 0).length;
  const lost = differences.filter((difference) => difference < 0).length;
  return `better on ${won} and worse on ${lost} of ${differences.length} rows`;
}
