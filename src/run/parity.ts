import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord } from "../contracts/run-record.ts";
import { compareRatio } from "../core/statistics/ratio-interval.ts";
import { callCostOf } from "./call-cost.ts";
import type { MeasuredOutcome } from "./lab/rollout.ts";

type SourceScores = NonNullable<OptimizationRecord["scores"]["source"]>;

/** Parity = optimized ÷ source on the same rows, with a paired interval; cost and latency of both. */
export function compareWithSource(
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[],
  context: { readonly plan: OptimizationPlan },
): SourceScores {
  const pairs = optimized.flatMap((one, at): [number, number][] => {
    const other = source[at];
    return one.score === undefined || other?.score === undefined
      ? []
      : [[one.score.value, other.score.value]];
  });
  const { confidence } = context.plan.gate;
  const { ratio, interval } = compareRatio(
    pairs.map(([target]) => target),
    pairs.map(([, other]) => other),
    { confidence, seed: context.plan.seed },
  );
  return {
    score: mean(pairs.map(([, other]) => other)),
    parity: ratio,
    interval,
    rows: pairs.length,
    // Of the answers, whoever paid for them and when.
    usd: callCostOf(source).usd,
    targetUsd: callCostOf(optimized).usd,
    latencyMs: mean(latencies(source)),
    targetLatencyMs: mean(latencies(optimized)),
  };
}

function latencies(outcomes: readonly MeasuredOutcome[]): number[] {
  return outcomes.flatMap(({ latencyMs }) => latencyMs ?? []);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
