import type { Example } from "../../core/data/example.ts";
import { improvementPValue } from "../gepa/validation/paired-test.ts";
import type { Champion } from "./champion.ts";
import type { SharedMeasurements } from "./shared-measurements.ts";

/** A challenger's champion against those it must beat, on the same rows. */
export interface Comparison {
  /** Sum of its scores less that of the one it stands worst against. */
  readonly lead: number;
  /** Rows with a score on both sides. */
  readonly rows: number;
  /** better: than all of them; worse: than one of them. */
  readonly verdict: "better" | "open" | "worse";
  /** Lower end of a one-sided 84 % interval of the mean difference: what survivors are chosen by. */
  readonly lowerBound: number;
}

/**
 * Luck must not decide. A lead changes on a paired test only, and whoever brings the best of several
 * candidates, or is one of several challengers, must pass it at a level so much stricter.
 */
export function compareChampions(
  measurements: SharedMeasurements,
  challenger: Champion,
  defenders: readonly Champion[],
  rows: readonly Example[],
  how: { readonly errorLevel: number; readonly challengers: number },
): Comparison {
  const comparisons = defenders.map((defender) => compareTwo(measurements, challenger, defender, rows, how));
  const verdicts = comparisons.map(({ verdict }) => verdict);
  const closest = comparisons.reduce((worst, one) => (one.lead < worst.lead ? one : worst));
  return {
    ...closest,
    verdict: verdicts.includes("worse")
      ? "worse"
      : verdicts.every((verdict) => verdict === "better")
        ? "better"
        : "open",
  };
}

function compareTwo(
  measurements: SharedMeasurements,
  challenger: Champion,
  defender: Champion,
  rows: readonly Example[],
  { errorLevel, challengers }: { readonly errorLevel: number; readonly challengers: number },
): Comparison {
  const differences = rows.flatMap((row) => {
    const ours = measurements.score(challenger.candidate.id, row);
    const theirs = measurements.score(defender.candidate.id, row);
    return ours === undefined || theirs === undefined ? [] : [ours - theirs];
  });
  const opposite = differences.map((difference) => -difference);
  const isBetter = improvementPValue(differences) <= errorLevel / (challengers * challenger.tried);
  const isWorse = improvementPValue(opposite) <= errorLevel / defender.tried;
  return {
    lead: differences.reduce((sum, difference) => sum + difference, 0),
    rows: differences.length,
    verdict: isBetter ? "better" : isWorse ? "worse" : "open",
    lowerBound: lowerBoundOf(differences),
  };
}

function lowerBoundOf(differences: readonly number[]): number {
  const count = Math.max(1, differences.length);
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // A little is added so that a few equal differences do not look certain.
  return mean - Math.sqrt((squares + 1) / (count * (count + 1)));
}
