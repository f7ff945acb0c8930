import type { NumberList } from "../store/number-list.ts";

/** Lengths of texts: of half of them at most the median, of 95 in a hundred at most `p95`. */
export interface LengthSummary {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly p95: number;
  readonly most: number;
}

/** Undefined for no texts. */
export function summarizeLengths(lengths: NumberList): LengthSummary | undefined {
  const sorted = lengths.toArray().sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? (sorted[0] as number);
  let sum = 0;
  for (const length of sorted) sum += length;
  return {
    least: sorted[0] as number,
    median: at(0.5),
    mean: sum / sorted.length,
    p95: at(0.95),
    most: sorted[sorted.length - 1] as number,
  };
}
