import type { RowAnswer, RowResult, TestScores } from "../contracts/run-record.ts";
import type { Candidate } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { comparePaired } from "../core/statistics/paired-comparison.ts";
import type { Purse } from "./budget/purse.ts";
import { type Bench, type MeasuredOutcome, rollOut, worstRollout } from "./lab/rollout.ts";

/** Scores one side on rows the search never saw, out of the money set aside for it. */
export async function measureSide(
  bench: Bench,
  candidate: Candidate,
  rows: readonly Example[],
  { purse, role }: { readonly purse: Purse; readonly role: "target" | "source" },
): Promise<readonly MeasuredOutcome[]> {
  const pending = rows.map(async (example) => {
    const ticket = await purse.admit(worstRollout(bench, candidate.texts, example));
    try {
      const account = { ticket, onUse: () => {} };
      return await rollOut(bench, candidate.texts, example, { repeat: 0, role, account });
    } finally {
      ticket.settle();
    }
  });
  const settled = await Promise.allSettled(pending);
  bench.signal.throwIfAborted();
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** Paired comparison over the rows that have a score on both sides. */
export function comparePairs(
  base: readonly MeasuredOutcome[],
  optimized: readonly MeasuredOutcome[],
  options: { readonly confidence: number; readonly seed: number },
): TestScores {
  const pairs = base.flatMap((one, at): [number, number][] => {
    const other = optimized[at];
    return one.score === undefined || other?.score === undefined
      ? []
      : [[one.score.value, other.score.value]];
  });
  const mean = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / Math.max(1, pairs.length);
  const comparison = comparePaired(
    pairs.map(([value]) => value),
    pairs.map(([, value]) => value),
    options,
  );
  return {
    base: mean(0),
    optimized: mean(1),
    difference: comparison.difference,
    interval: comparison.interval,
    confidence: options.confidence,
    pValue: comparison.pValue,
    method: comparison.method,
    rows: pairs.length,
    rowsFailed: base.length - pairs.length,
  };
}

export function rowResults(
  base: readonly MeasuredOutcome[],
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[] | undefined,
): RowResult[] {
  return base.map((one, at) => ({
    example: one.example.id,
    inputs: one.example.inputs,
    expected: one.example.expected ?? null,
    base: rowAnswer(one),
    optimized: rowAnswer(optimized[at] ?? one),
    ...(source?.[at] === undefined ? {} : { source: rowAnswer(source[at]) }),
  }));
}

function rowAnswer(outcome: MeasuredOutcome): RowAnswer {
  return {
    output: outcome.output ?? null,
    score: outcome.score?.value ?? null,
    feedback: outcome.score?.feedback ?? null,
    error: outcome.error?.message ?? null,
  };
}
