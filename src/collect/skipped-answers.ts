import type { UnusableReason } from "../traces/answer-of-trace.ts";

/** Number of calls that made no dataset row, by reason. */
export type SkippedAnswers = Record<UnusableReason, number>;

export function noneSkipped(): SkippedAnswers {
  return { failed: 0, empty: 0, refusal: 0, cut_off: 0, filtered: 0 };
}

export function noteSkipped(skipped: SkippedAnswers, reason: UnusableReason | undefined): void {
  if (reason !== undefined) skipped[reason]++;
}

const phrases: Readonly<Record<UnusableReason, string>> = {
  failed: "failed",
  empty: "with an empty answer",
  refusal: "refused by the model",
  cut_off: "cut off by the length limit",
  filtered: "withheld by a content filter",
};

/** For example `3 failed, 2 cut off by the length limit`; empty if none were skipped. */
export function describeSkipped(skipped: Readonly<SkippedAnswers>): string {
  return (Object.keys(phrases) as UnusableReason[])
    .filter((reason) => skipped[reason] > 0)
    .map((reason) => `${skipped[reason]} ${phrases[reason]}`)
    .join(", ");
}

export function countSkipped(skipped: Readonly<SkippedAnswers>): number {
  return Object.values(skipped).reduce((sum, count) => sum + count, 0);
}
