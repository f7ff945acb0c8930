import { normalQuantile } from "./distributions.ts";
import type { PairedComparison } from "./paired-comparison.ts";

/** The required gain; `GateSpec` in the contracts has the same shape. */
export interface Gate {
  readonly mode: "better" | "non_inferior";
  readonly minGain: number;
  readonly margin: number;
}

interface GateVerdict {
  readonly status: "improved" | "no_proven_improvement" | "regressed";
  /** The reason, in one sentence. */
  readonly reason: string;
}

/**
 * The decision on the test rows, based on the interval. `improved`: the gain is at least `minGain` and the
 * interval lies above 0 (above −margin with `non_inferior`). `regressed`: the interval lies below 0.
 */
export function verdictOf(
  comparison: Pick<PairedComparison, "difference" | "interval" | "confidence" | "rows"> & {
    /** The difference if every missing answer counts against the candidate; absent if none is missing. */
    readonly leastDifference?: number;
  },
  gate: Gate,
): GateVerdict {
  const { difference, interval } = comparison;
  const bar = gate.mode === "non_inferior" ? -gate.margin : 0;
  const barText = bar === 0 ? "0" : signed(bar);
  const seen = `the ${percent(comparison.confidence)} interval of the gain, ${signed(interval[0])} to ${signed(interval[1])} on ${comparison.rows} rows,`;
  // A gain slightly below `minGain` is a rounding error of binary arithmetic.
  const isEnough = Math.min(difference, comparison.leastDifference ?? difference) >= gate.minGain - 1e-12;
  if (interval[0] > bar && isEnough) return verdict("improved", `${seen} lies above ${barText}`);
  if (interval[1] < 0) return verdict("regressed", `${seen} lies below 0`);
  if (interval[0] > bar) {
    return verdict(
      "no_proven_improvement",
      `the gain of ${signed(difference)} is smaller than the ${signed(gate.minGain)} asked for`,
    );
  }
  return verdict("no_proven_improvement", `${seen} does not lie above ${barText}: it could be chance`);
}

function verdict(status: GateVerdict["status"], reason: string): GateVerdict {
  return Object.freeze({ status, reason });
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/**
 * Estimates how many more paired rows would prove the observed difference at this confidence, if it is the true
 * one: intervals shrink with the square root of the rows. null if the gain is not above `threshold`; 0 if it is
 * proven.
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

/** A p-value of 1 does not show how far away proof is, so it counts as the weakest informative value. */
function seenZ(pValue: number): number {
  return normalQuantile(1 - Math.min(pValue, 0.9) / 2);
}
