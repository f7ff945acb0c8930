import type { RunPlan } from "../../contracts/run-plan.ts";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { Example } from "../../core/data/example.ts";
import { type DaoOptError, isDaoOptError } from "../../core/errors.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { meanInterval } from "../../core/statistics/mean-interval.ts";
import type { Spend } from "../../core/usage.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import type { EvaluationContext, MeasuredOutcome } from "../lab/evaluation-context.ts";
import { createMeter } from "../lab/meter.ts";
import { createEmitter, type Runtime } from "../session/run-context.ts";
import type { EvalTarget } from "./eval-targets.ts";
import { liveModel, openEvaluationContext } from "./open-evaluation-context.ts";
import { scoreRows } from "./score-rows.ts";

export interface EvaluationResult {
  readonly reference: string;
  readonly model: string;
  /** Mean over the scored rows; null without any. */
  readonly score: number | null;
  readonly interval: readonly [number, number] | null;
  readonly rows: number;
  readonly failed: number;
  readonly seconds: number;
  readonly usage: Spend;
  readonly answers: AnswerCounts;
  /** Registry versions of the prompts; null for a template of the config. */
  readonly version: number | null;
  /** One line for each kind of missing answer, with its count and likely cause. */
  readonly notes: readonly string[];
  /**
   * Mean cost of a call of the model, as first measured; null if a price or the tokens of an answer are
   * unknown.
   */
  readonly usdPerCall: number | null;
  /** Mean time to an answer, as first measured; null without one. */
  readonly latencyMs: number | null;
  /** The error that ended the evaluation early; the figures cover the rows until then. */
  readonly error?: DaoOptError;
}

/** Scores one contender on rows; failed rows are counted and left out of the mean. */
export async function evaluateTarget(
  { reference, plan, modelKey, usesAgent }: EvalTarget,
  models: RunPlan["models"],
  rows: readonly Example[],
  runtime: Runtime,
): Promise<EvaluationResult> {
  const emit = createEmitter(runtime, plan.name);
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const startedMs = runtime.elapsedMs();
  const { agent, ...single } = await openEvaluationContext(plan, models, runtime, meter);
  const evaluation: EvaluationContext = {
    ...single,
    target: liveModel(modelKey, models, runtime),
    ...(agent === undefined || !usesAgent ? {} : { agent }),
  };
  emit({ type: "phase-started", phase: "evaluation", rows: rows.length });
  const tally = createTally(rows.length);
  const watch = createErrorWatch(plan.maxErrorRate, emit, rows.length);
  let error: DaoOptError | undefined;
  try {
    const { concurrency } = runtime;
    await scoreRows(evaluation, rows, { concurrency, role: "target" }, (outcome, at) => {
      tally.note(outcome, at);
      watch.note([outcome]);
    });
  } catch (cause) {
    if (!isDaoOptError(cause)) throw cause;
    error = cause;
  } finally {
    await agent?.close?.();
  }
  const scores = tally.scores();
  const notes = evaluation.tally?.lines ?? [];
  for (const message of notes) emit({ type: "warning", message: `${reference}: ${message}` });
  const { confidence } = plan.gate;
  return {
    reference,
    model: models[modelKey]?.name ?? modelKey,
    score: scores.length === 0 ? null : meanOf(scores),
    interval: scores.length === 0 ? null : meanInterval(scores, { confidence, seed: plan.seed }),
    rows: scores.length,
    failed: tally.failed(),
    seconds: (runtime.elapsedMs() - startedMs) / 1000,
    usage: meter.total,
    answers: meter.answers,
    version: plan.prompts[0]?.baseVersion ?? null,
    notes,
    ...tally.perCall(),
    ...(error === undefined ? {} : { error }),
  };
}

/** Scores by row, eight bytes each: a bootstrap needs them in row order, whatever order they arrive in. */
function createTally(size: number) {
  const values = new Float64Array(size).fill(Number.NaN);
  let failed = 0;
  let answers = 0;
  let latencyMs = 0;
  let usd: number | null = 0;
  return {
    note({ score, cost, latencyMs: took }: MeasuredOutcome, at: number): void {
      if (score === undefined) failed++;
      else values[at] = score.value;
      if (took === undefined) return;
      answers++;
      latencyMs += took;
      usd = usd === null || cost === undefined || cost.usd === null ? null : usd + cost.usd;
    },
    perCall: () => ({
      usdPerCall: answers === 0 || usd === null ? null : usd / answers,
      latencyMs: answers === 0 ? null : latencyMs / answers,
    }),
    scores: () => [...values].filter((value) => !Number.isNaN(value)),
    failed: () => failed,
  };
}
