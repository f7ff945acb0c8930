import type { OptimizationRecord, RowResult, TestScores } from "../contracts/run-record.ts";
import { BudgetError, OptimizationError } from "../core/errors.ts";
import type { Split } from "../project/project.ts";
import { createPurse, type Purse } from "./budget/purse.ts";
import { capsWithout } from "./budget/set-aside.ts";
import { comparePairs, measureSide, rowResults } from "./gate.ts";
import { createErrorWatch } from "./lab/error-watch.ts";
import type { MeasuredOutcome } from "./lab/rollout.ts";
import { liveModel } from "./open-bench.ts";
import { compareWithSource } from "./parity.ts";
import type { SearchResult } from "./search-prompts.ts";
import type { Work } from "./work.ts";

/** Base and winner on the test rows. */
export interface GateFindings {
  readonly test: TestScores;
  readonly rows: readonly RowResult[];
  readonly before: readonly MeasuredOutcome[];
  readonly after: readonly MeasuredOutcome[];
  /** What is left of the budget for the source model. */
  readonly purse: Purse;
}

/** Scores base and winner on rows the search never saw; undefined where there are none. */
export async function measureGate(
  { plan, bench, emit }: Work,
  { seed, winner, isBaseBest, spent }: SearchResult,
  split: Split,
): Promise<GateFindings | undefined> {
  if (split.test.length === 0) return undefined;
  emit({ type: "phase-started", phase: "gate", rows: split.test.length });
  const purse = createPurse(capsWithout(plan.budget, spent));
  const side = { purse, role: "target" } as const;
  const sides = await Promise.allSettled([
    measureSide(bench, seed, split.test, side),
    ...(isBaseBest || winner === undefined ? [] : [measureSide(bench, winner.candidate, split.test, side)]),
  ]);
  const [before = [], after = before] = sides.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  createErrorWatch(plan.maxErrorRate, emit).note(isBaseBest ? before : [...before, ...after]);
  const { confidence } = plan.gate;
  return {
    test: comparePairs(before, after, { confidence, seed: plan.seed }),
    rows: rowResults(before, after, undefined),
    before,
    after,
    purse,
  };
}

/**
 * Scores the source model, with the base, on the same rows. When too many of its rows fail, or the budget
 * does not hold them, there is no parity, but the verdict on base and winner stands.
 */
export async function measureSource(
  { plan, models, runtime, bench, emit }: Work,
  { seed }: SearchResult,
  { before, after, purse }: GateFindings,
  split: Split,
): Promise<{ source?: OptimizationRecord["scores"]["source"]; rows?: readonly RowResult[] }> {
  const key = plan.models.source;
  if (key === undefined) return {};
  emit({ type: "phase-started", phase: "source", rows: split.test.length });
  const { agent: _agent, ...single } = bench;
  const sourceBench = { ...single, target: liveModel(key, models, runtime) };
  let rows: readonly RowResult[] | undefined;
  try {
    const outcomes = await measureSide(sourceBench, seed, split.test, { purse, role: "source" });
    rows = rowResults(before, after, outcomes);
    createErrorWatch(plan.maxErrorRate, emit).note(outcomes);
    return { source: compareWithSource(after, outcomes, { plan }), rows };
  } catch (error) {
    if (!(error instanceof OptimizationError || error instanceof BudgetError)) throw error;
    emit({ type: "warning", message: `no parity with the source model: ${error.message}` });
    return rows === undefined ? {} : { rows };
  }
}
