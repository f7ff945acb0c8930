import type { RowResult } from "../../contracts/row-result.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { OptimizationRecord, TestScores } from "../../contracts/run-record.ts";
import type { Split } from "../../core/data/split.ts";
import { BudgetError, OptimizationError } from "../../core/errors.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import { compareRatioBounded } from "../../core/statistics/bounded-comparison.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { type BudgetReservations, createBudgetReservations } from "../budget/budget-reservations.ts";
import { capsWithout } from "../budget/gate-reserve.ts";
import { liveModel } from "../evaluate/open-evaluation-context.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import { callCostOf, type MeasuredOutcome } from "../lab/evaluation-context.ts";
import type { SearchResult } from "../search/search-prompts.ts";
import type { StageContext } from "../session/stage-context.ts";
import { comparePairs, countFailed, measureSides, rowResults, type Side } from "./gate.ts";

/** Base and winner on the test rows, as far as the budget lasted. */
interface GateFindings {
  /** Undefined if the budget did not cover a single row. */
  readonly test: TestScores | undefined;
  readonly rows: readonly RowResult[];
  readonly before: readonly MeasuredOutcome[];
  readonly after: readonly MeasuredOutcome[];
  /** Set if the budget ended before all rows were done. */
  readonly ended?: GateEnd;
  /** The remaining budget, for the source model. */
  readonly reservations: BudgetReservations;
}

/** How many rows a gate completed before its budget ended. */
export interface GateEnd {
  readonly done: number;
  readonly of: number;
}

/** Scores base and winner on rows that the search never used; undefined if there are none. */
export async function measureGate(
  { plan, evaluation, emit }: StageContext,
  { seed, winner, isBaseBest, spent }: SearchResult,
  split: Split,
): Promise<GateFindings | undefined> {
  const all = split.test.length;
  if (all === 0) return undefined;
  emit({ type: "phase-started", phase: "gate", rows: all });
  const reservations = createBudgetReservations(capsWithout(plan.budget, spent));
  const side = { evaluation, role: "target" } as const;
  const sides: Side[] = [{ ...side, texts: seed.texts }];
  if (!isBaseBest && winner !== undefined) sides.push({ ...side, texts: winner.candidate.texts });
  const { outcomes, budget } = await measureSides(sides, split.test, reservations);
  const [before = [], after = before] = outcomes;
  createErrorWatch(plan.maxErrorRate, emit).note(isBaseBest ? before : [...before, ...after]);
  const { confidence } = plan.gate;
  return {
    test: before.length === 0 ? undefined : comparePairs(before, after, { confidence, seed: plan.seed }),
    rows: rowResults(before, after, undefined),
    before,
    after,
    ...(budget === undefined ? {} : { ended: { done: before.length, of: all } }),
    reservations,
  };
}

/**
 * Scores the source model with the prompt it actually used, on the rows of the gate. If too many of its rows
 * fail, or the budget does not cover them all, there is no parity, but the verdict on base and winner is
 * unaffected.
 */
export async function measureSource(
  { plan, models, runtime, evaluation, emit }: StageContext,
  { before, after, reservations }: GateFindings,
  split: Split,
): Promise<{ source?: OptimizationRecord["scores"]["source"]; rows?: readonly RowResult[] }> {
  const key = plan.models.source;
  if (key === undefined || after.length === 0) return {};
  const measured = split.test.slice(0, after.length);
  emit({ type: "phase-started", phase: "source", rows: measured.length });
  const prompts = plan.sourcePrompts ?? plan.prompts;
  const { agent: _agent, ...single } = evaluation;
  const sourceEvaluation = {
    ...single,
    plan: { ...plan, prompts },
    target: liveModel(key, models, runtime),
  };
  const side: Side = { evaluation: sourceEvaluation, texts: textsOf(prompts), role: "source" };
  let rows: readonly RowResult[] | undefined;
  try {
    const { outcomes, budget } = await measureSides([side], measured, reservations);
    const [source = []] = outcomes;
    if (source.length > 0) rows = rowResults(before, after, source);
    if (budget !== undefined) throw budget;
    createErrorWatch(plan.maxErrorRate, emit).note(source);
    return { source: compareWithSource(after, source, { plan }), ...defined(rows) };
  } catch (error) {
    if (!(error instanceof OptimizationError || error instanceof BudgetError)) throw error;
    emit({ type: "warning", message: `no parity with the source model: ${error.message}` });
    return defined(rows);
  }
}

function defined(rows: readonly RowResult[] | undefined): { rows?: readonly RowResult[] } {
  return rows === undefined ? {} : { rows };
}

type SourceScores = NonNullable<OptimizationRecord["scores"]["source"]>;

/**
 * Parity = optimized ÷ source on the same rows, with a paired interval that is bounded where answers are
 * missing, and the cost and latency of both.
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
    score: meanOf(both),
    parity: ratio,
    interval,
    rows: answered,
    failed: countFailed(source),
    promptVersion: (sourcePrompts ?? prompts)[0]?.baseVersion ?? null,
    // Cost of the answers, regardless of who paid for them and when.
    usd: callCostOf(source).usd,
    targetUsd: callCostOf(optimized).usd,
    latencyMs: meanOf(latencies(source)),
    targetLatencyMs: meanOf(latencies(optimized)),
  };
}

function latencies(outcomes: readonly MeasuredOutcome[]): number[] {
  return outcomes.flatMap(({ latencyMs }) => latencyMs ?? []);
}
