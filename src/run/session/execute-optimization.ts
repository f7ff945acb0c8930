import type { RunnerEvent } from "../../contracts/events.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { FailureCount, OptimizationRecord } from "../../contracts/run-record.ts";
import { type DaoOptError, isDaoOptError } from "../../core/errors.ts";
import { openEvaluationContext } from "../evaluate/open-evaluation-context.ts";
import { formatAdvice } from "../gate/format-advice.ts";
import { measureGate, measureSource } from "../gate/measure-gate.ts";
import { searchAdvice } from "../gate/search-advice.ts";
import { decide } from "../gate/verdict.ts";
import type { EvaluationContext } from "../lab/evaluation-context.ts";
import { createMeter } from "../lab/meter.ts";
import { createOutcomeStore } from "../lab/outcome-store.ts";
import { buildRecord, type Findings } from "../record/optimization-record.ts";
import { createCandidateLog } from "../search/candidate-log.ts";
import { searchPrompts } from "../search/search-prompts.ts";
import { createEmitter, type Emit, type Runtime } from "./run-context.ts";
import type { StageContext } from "./stage-context.ts";

/** Counts of failed rows by reason. */
interface RowFailures {
  note(event: Extract<RunnerEvent, { type: "row-failed" }>): void;
  /** Most frequent reason first. */
  readonly counts: readonly FailureCount[];
}

/** A word with a digit, such as a request id; it does not distinguish reasons. */
const varying = /[\w-]*\d[\w-]*/g;
const mostReasons = 20;

/** A row counts once for each candidate it failed on. */
function createRowFailures(): RowFailures {
  const byReason = new Map<string, { count: number } & Omit<FailureCount, "count">>();
  return {
    note({ code, message, hint = null }) {
      const reason = `${code} ${message.replace(varying, "#")}`;
      const known = byReason.get(reason);
      if (known !== undefined) known.count++;
      // If messages always differ, only the first ones are kept.
      else if (byReason.size < mostReasons) byReason.set(reason, { code, message, hint, count: 1 });
    },
    get counts() {
      return [...byReason.values()].sort((one, other) => other.count - one.count).map((one) => ({ ...one }));
    },
  };
}

/**
 * Runs one optimization to its record: base, search, gate, source, verdict. Errors that concern only this
 * optimization are in the record. Rejects with errors that end the whole run (wrong key, Ctrl-C), after
 * passing the results so far to `onPartial`.
 */
export async function executeOptimization(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  onPartial: (record: OptimizationRecord) => void,
): Promise<OptimizationRecord> {
  const send = createEmitter(runtime, plan.name);
  const startedMs = runtime.elapsedMs();
  const meter = createMeter((role, origin, spend) => send({ type: "call-finished", role, origin, spend }));
  const outcomeStore = createOutcomeStore();
  const log = createCandidateLog(outcomeStore, plan.optimizer.use);
  const failures = createRowFailures();
  const split = runtime.rows(plan.name);
  let baseCalls: number | undefined;
  const emit: Emit = (event, calls) => {
    if (log.isRepeated(event)) return;
    for (const missed of log.note(event, calls)) send(missed);
    if (event.type === "phase-started" && event.phase === "search") baseCalls = calls;
    if (event.type === "row-failed") failures.note(event);
    send(event);
  };
  let found: Findings = {};
  let evaluation: EvaluationContext | undefined;
  const record = (): OptimizationRecord => {
    const seconds = (runtime.elapsedMs() - startedMs) / 1000;
    const notes = evaluation?.tally?.lines ?? [];
    const estimate = runtime.estimateOf?.(plan.name);
    return buildRecord({
      plan,
      models,
      split,
      meter,
      outcomeStore,
      log,
      found,
      seconds,
      estimate,
      baseCalls,
      notes,
      failures: failures.counts,
    });
  };
  emit({
    type: "optimization-started",
    optimizer: plan.optimizer.use,
    ...(plan.budget.calls === undefined ? {} : { plannedCalls: plan.budget.calls }),
  });
  try {
    evaluation = await openEvaluationContext(plan, models, runtime, meter);
    const stage: StageContext = { plan, models, runtime, evaluation, emit };
    const search = await searchPrompts(stage, outcomeStore, split);
    for (const event of log.unreported()) send(event);
    const { winner } = search;
    if (winner !== undefined && !search.isBaseBest)
      for (const event of log.choose(winner.candidate.id, winner.reason, winner.mean)) send(event);
    found = { search };
    if (search.error !== undefined) throw search.error;
    const gate = await measureGate(stage, search, split);
    found = { ...found, test: gate?.test, rows: gate?.rows };
    if (gate !== undefined) found = { ...found, ...(await measureSource(stage, gate, split)) };
    const { isUnsplit } = split;
    const verdict = decide(plan, {
      ...search,
      isUnsplit,
      test: gate?.test,
      ended: gate?.ended,
      reflections: log.proposals === 0 ? { ...search.reflections, ...log.replies } : undefined,
    });
    const format = await formatAdvice(plan, gate?.after ?? [], { runtime, split });
    const lacks =
      verdict.status === "improved" || search.isBasePerfect
        ? []
        : searchAdvice(plan, {
            ...search,
            steps: search.steps ?? log.steps,
            asked: search.reflections.asked,
            refused: log.replies.refused,
          });
    found = { ...found, verdict: { ...verdict, advice: [...format, ...lacks, ...verdict.advice] } };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    found = { ...found, error };
    if (runtime.signal.aborted || concernsAll(error)) {
      onPartial(record());
      throw error;
    }
  } finally {
    await evaluation?.agent?.close?.();
  }
  const done = record();
  for (const message of done.notes ?? []) emit({ type: "warning", message });
  emit({ type: "optimization-finished", status: done.status });
  return done;
}

/** A wrong key, an unreachable provider or a lasting rate limit ends every optimization. */
function concernsAll({ code }: DaoOptError): boolean {
  return [
    ...["model_auth", "model_unreachable", "model_rate_limit"],
    ...["replay_missing", "store_failed", "interrupted"],
  ].includes(code);
}
