import { mcnemarPValue, signFlipPValue } from "../../../core/statistics/paired-tests.ts";
import { type Differences, totalDifference } from "./differences.ts";

// Signs are drawn only when the differences are many and of unequal size; the draw decides nothing else.
const drawSeed = 1;

/**
 * Chance that differences whose signs are a coin's are at least as favourable as these: one-sided, and
 * counted as mid-p (half of what is exactly as favourable), since the exact value of a few rows lies
 * far above the error level it is held against (M. Fagerland et al., BMC Med. Res. Methodol. 13:91, 2013).
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
