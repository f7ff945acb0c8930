import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord } from "../contracts/run-record.ts";
import { compareRatio } from "../core/statistics/ratio-interval.ts";
import type { Meter } from "./lab/meter.ts";
import type { MeasuredOutcome } from "./lab/rollout.ts";

type SourceScores = NonNullable<OptimizationRecord["scores"]["source"]>;

/** Parity = optimized ÷ source on the same rows, with a paired interval; cost and latency of both. */
export function compareWithSource(
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[],
  context: { readonly plan: OptimizationPlan; readonly meter: Meter },
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
  const { source: sourceSpend, target: targetSpend } = context.meter.byRole;
  const perCall = (spend: typeof sourceSpend) =>
    spend.usd === null || spend.calls === 0 ? null : spend.usd / spend.calls;
  return {
    score: mean(pairs.map(([, other]) => other)),
    parity: ratio,
    interval,
    rows: pairs.length,
    usd: perCall(sourceSpend),
    targetUsd: perCall(targetSpend),
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
