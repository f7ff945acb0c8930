import { normalQuantile } from "./normal.ts";
import type { PairedComparison } from "./paired-comparison.ts";

/**
 * About how many more paired rows would show the difference seen at this confidence, if it is the true one:
 * intervals shrink with the root of the rows. null when there is no gain over `threshold`; 0 when it is shown.
 */
export function rowsNeeded(
  comparison: Pick<PairedComparison, "difference" | "interval" | "confidence" | "pValue" | "rows">,
  threshold = 0,
): number | null {
  const { difference, interval, confidence, pValue, rows } = comparison;
  const gain = difference - threshold;
  if (!(gain > 0) || rows === 0) return null;
  if (interval[0] > threshold) return 0;
  const byInterval = ((difference - interval[0]) / gain) ** 2;
  const byTest = threshold === 0 ? (wantedZ(confidence) / seenZ(pValue)) ** 2 : 1;
  return Math.max(1, Math.ceil(rows * Math.max(byInterval, byTest)) - rows);
}

function wantedZ(confidence: number): number {
  return normalQuantile(1 - (1 - confidence) / 2);
}

/** A p-value of 1 says nothing of how far away proof is; it counts as the weakest sign that does. */
function seenZ(pValue: number): number {
  return normalQuantile(1 - Math.min(pValue, 0.9) / 2);
}
