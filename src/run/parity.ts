import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord } from "../contracts/run-record.ts";
import { compareRatioBounded } from "../core/statistics/bounded-comparison.ts";
import { countFailed } from "./gate.ts";
import type { Meter } from "./lab/meter.ts";
import type { MeasuredOutcome } from "./lab/rollout.ts";

type SourceScores = NonNullable<OptimizationRecord["scores"]["source"]>;

/**
 * Parity = optimized ÷ source on the same rows, with a paired interval that is bounded where answers are missing;
 * cost and latency of both.
 */
export function compareWithSource(
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[],
  context: { readonly plan: OptimizationPlan; readonly meter: Meter },
): SourceScores {
  const pairs = optimized.map((one, at) => ({
    optimized: one.score?.value,
    reference: source[at]?.score?.value,
  }));
  const { gate, seed, prompts, sourcePrompts } = context.plan;
  const { ratio, interval, answered } = compareRatioBounded(pairs, { confidence: gate.confidence, seed });
  const { source: sourceSpend, target: targetSpend } = context.meter.byRole;
  const perCall = (spend: typeof sourceSpend) =>
    spend.usd === null || spend.calls === 0 ? null : spend.usd / spend.calls;
  const both = pairs.flatMap((pair) =>
    pair.optimized === undefined || pair.reference === undefined ? [] : [pair.reference],
  );
  return {
    score: mean(both),
    parity: ratio,
    interval,
    rows: answered,
    failed: countFailed(source),
    promptVersion: (sourcePrompts ?? prompts)[0]?.baseVersion ?? null,
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
