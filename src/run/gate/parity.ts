import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { compareRatioBounded } from "../../core/statistics/bounded-comparison.ts";
import type { MeasuredOutcome } from "../lab/evaluation-context.ts";
import { callCostOf } from "../record/call-cost.ts";
import { countFailed } from "./gate.ts";

type SourceScores = NonNullable<OptimizationRecord["scores"]["source"]>;

/**
 * Parity = optimized ÷ source on the same rows, with a paired interval that is bounded where answers are missing;
 * cost and latency of both.
 */
export function compareWithSource(
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[],
  context: { readonly plan: OptimizationPlan },
): SourceScores {
  const pairs = optimized.map((one, at) => ({
    optimized: one.score?.value,
    reference: source[at]?.score?.value,
  }));
  const { gate, seed, prompts, sourcePrompts } = context.plan;
  const { ratio, interval, answered } = compareRatioBounded(pairs, { confidence: gate.confidence, seed });
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
