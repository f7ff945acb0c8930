import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { Score, Scorer } from "../../contracts/scorer.ts";
import { BudgetError, type DaoOptError, isDaoOptError, ScorerError } from "../../core/errors.ts";
import type { Spend } from "../../core/usage.ts";
import { createBudgetReservations } from "../budget/budget-reservations.ts";
import { worstJudging } from "../budget/worst-case.ts";
import { liveModel } from "../evaluate/open-evaluation-context.ts";
import { chargedModel } from "../lab/charged-model.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import { createMeter } from "../lab/meter.ts";
import { endsTheRun, rowBound } from "../lab/rollout.ts";
import { createEmitter, type Runtime } from "../session/run-context.ts";
import type { Label } from "./labels/label.ts";

/** The judge's verdict on a labelled answer. */
export type JudgedLabel = { readonly label: Label } & (
  | { readonly score: Score; readonly isAsked: boolean }
  /** `unreadable`: the judge answered without a verdict. `failed`: no answer arrived. */
  | { readonly missing: "unreadable" | "failed"; readonly reason: string }
  | { readonly missing: "not_asked" }
);

export interface JudgedLabels {
  /** In the order of the labels. */
  readonly judged: readonly JudgedLabel[];
  readonly usage: Spend;
  readonly answers: AnswerCounts;
  readonly seconds: number;
  /** The error or limit that ended it early. */
  readonly error?: DaoOptError;
}

interface JudgeTask {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly scorer: Scorer;
  readonly labels: readonly Label[];
}

/**
 * Asks the judge about every label. Labels without a verdict because of the network or the provider are asked
 * once more at the end; what is still missing is kept apart, never a verdict. An error or limit ends it with the
 * verdicts until then.
 */
export async function askJudgeOfLabels(task: JudgeTask, runtime: Runtime): Promise<JudgedLabels> {
  const { plan, models, scorer, labels } = task;
  const emit = createEmitter(runtime, plan.name);
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const judge = liveModel(plan.models.judge, models, runtime);
  const startedMs = runtime.elapsedMs();
  emit({ type: "phase-started", phase: "evaluation", rows: labels.length });
  const reservations = createBudgetReservations({});
  const judged: JudgedLabel[] = labels.map((label) => ({ label, missing: "not_asked" }));

  const askOne = async (at: number): Promise<void> => {
    const label = labels[at] as Label;
    const { example, answer } = label;
    const worst = worstJudging(scorer, judge.modelChain, rowBound(example), judge.modelChain);
    const reservation = await reservations.admit(worst);
    const account = { reservation, onUse: () => {} };
    const model = chargedModel({ meter, signal: runtime.signal }, judge, {
      repeat: 0,
      role: "judge",
      account,
    });
    let isAsked = false;
    const watched = {
      ...model,
      complete: (request: Parameters<typeof model.complete>[0]) => {
        isAsked = true;
        return model.complete(request);
      },
    };
    try {
      const score = await scorer.score({
        ...{ example, output: answer, toolCalls: [] },
        signal: runtime.signal,
        judge: watched,
      });
      judged[at] = { label, score, isAsked };
    } catch (error) {
      runtime.signal.throwIfAborted();
      if (!isDaoOptError(error) || error instanceof BudgetError) throw error;
      if (endsTheRun(error)) {
        runtime.abort(error);
        throw error;
      }
      const missing = error instanceof ScorerError ? "unreadable" : "failed";
      judged[at] = { label, missing, reason: error.message };
      const { code, message, hint } = error;
      emit({
        type: "row-failed",
        example: example.id,
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
      });
    } finally {
      reservation.settle();
    }
  };

  let error: DaoOptError | undefined;
  try {
    const watch = createErrorWatch(plan.maxErrorRate, () => {}, labels.length);
    await eachAtOnce([...labels.keys()], runtime, async (at) => {
      await askOne(at);
      watch.note([watchedOutcome(judged[at] as JudgedLabel)]);
    });
    const failed = judged.flatMap((one, at) => ("missing" in one && one.missing === "failed" ? [at] : []));
    await eachAtOnce(failed, runtime, askOne);
  } catch (cause) {
    if (!isDaoOptError(cause)) throw cause;
    error = cause;
  }
  return {
    judged,
    usage: meter.total,
    answers: meter.answers,
    seconds: (runtime.elapsedMs() - startedMs) / 1000,
    ...(error === undefined ? {} : { error }),
  };
}

/** An unreadable verdict is a finding about the judge, not a reason to stop. */
function watchedOutcome(one: JudgedLabel) {
  const { example } = one.label;
  if ("missing" in one && one.missing === "failed")
    return { example, error: { code: "model_failed", message: one.reason } };
  return { example, score: { value: 1 } };
}

/** Keeps slightly more in progress than there may be calls. The first error ends it after those in progress. */
async function eachAtOnce(
  places: readonly number[],
  { concurrency, signal }: Pick<Runtime, "concurrency" | "signal">,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    try {
      while (next < places.length && !hasFailed) {
        signal.throwIfAborted();
        await work(places[next++] as number);
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  const workers = Array.from({ length: Math.min(places.length, Math.ceil(concurrency * 1.5)) }, worker);
  const settled = await Promise.allSettled(workers);
  signal.throwIfAborted();
  for (const result of settled) if (result.status === "rejected") throw result.reason;
}
