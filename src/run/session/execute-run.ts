import type { PlannedFigures } from "../../contracts/events.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { OptimizationRecord, RunRecord, RunStatus } from "../../contracts/run-record.ts";
import { type DaoOptError, InterruptedError, isDaoOptError } from "../../core/errors.ts";
import { noSpend } from "../../core/usage.ts";
import { executeOptimization } from "./execute-optimization.ts";
import { stopReasonOf } from "./interrupts.ts";
import { createEmitter, isOfflinePlan, type Runtime } from "./run-context.ts";

/** The result of a run, and the error that ended it early, if any. */
export interface Execution {
  readonly record: RunRecord;
  readonly error?: DaoOptError;
}

/**
 * Runs a plan to its record. A failed optimization does not stop the others, unless its cause concerns all of
 * them. Never rejects with a DaoOptError: the record has the results so far. Other errors are bugs and are
 * rethrown.
 */
export async function executeRun(plan: RunPlan, runtime: Runtime, startedAt: string): Promise<Execution> {
  const emit = createEmitter(runtime);
  const names = plan.optimizations.map(({ name }) => name);
  emit({
    type: "run-started",
    optimizations: names,
    planned: plannedFigures(names, runtime),
    concurrency: runtime.concurrency,
  });
  const records: OptimizationRecord[] = [];
  let error: DaoOptError | undefined;
  for (const optimization of plan.optimizations) {
    if (error !== undefined) {
      records.push(skippedRecord(optimization, plan, error));
      continue;
    }
    let partial: OptimizationRecord | undefined;
    try {
      records.push(
        await executeOptimization(optimization, plan.models, runtime, (record) => {
          partial = record;
        }),
      );
    } catch (cause) {
      if (!isDaoOptError(cause)) throw cause;
      error = cause;
      records.push(partial ?? skippedRecord(optimization, plan, cause));
    }
  }
  const status = statusOf(records, error);
  emit({ type: "run-finished", status });
  const record: RunRecord = {
    format: 1,
    run: runtime.run,
    config: plan.config,
    planDigest: plan.digest,
    status,
    exitCode: 0,
    startedAt,
    seconds: runtime.elapsedMs() / 1000,
    tool: { name: "dao-opt", version: runtime.toolVersion },
    optimizations: records,
  };
  return error === undefined ? { record } : { record, error };
}

/** What was likely, for a page that shows the run and only reads its events. */
function plannedFigures(names: readonly string[], { estimateOf }: Runtime): readonly PlannedFigures[] {
  return names.flatMap((optimization) => {
    const estimate = estimateOf?.(optimization);
    if (estimate === undefined) return [];
    const { calls, usd, seconds } = estimate;
    return [
      {
        optimization,
        calls: calls.total.likely,
        usd: usd?.likely ?? null,
        seconds: seconds?.likely ?? null,
      },
    ];
  });
}

function statusOf(records: readonly OptimizationRecord[], error: DaoOptError | undefined): RunStatus {
  if (error instanceof InterruptedError) {
    return error.reason === "SIGINT" || error.reason === "SIGTERM" ? "interrupted" : "budget";
  }
  // A rate limit passes by itself. A quota needs a change of the account, like a wrong key: the run failed.
  if (error !== undefined && stopReasonOf(error) === "rate_limit") return "interrupted";
  const failures = records.filter(({ status }) => status === "failed");
  if (error === undefined && failures.length === 0) return "completed";
  const isBudget = error === undefined && failures.every((one) => one.error?.code === "budget_spent");
  return isBudget ? "budget" : "failed";
}

function skippedRecord(
  plan: RunPlan["optimizations"][number],
  run: RunPlan,
  cause: DaoOptError,
): OptimizationRecord {
  return {
    name: plan.name,
    plan,
    status: "skipped",
    reason: `not begun: ${cause.message}`,
    advice: [],
    prompts: plan.prompts.map(({ key, path, baseVersion, template }) => ({
      key,
      path,
      base: {
        version: baseVersion,
        uri: baseVersion === null ? null : `prompts:/${path}/${baseVersion}`,
        template,
      },
      optimized: null,
      best: { template, validation: null },
    })),
    scores: {},
    isUnsplit: false,
    isOffline: isOfflinePlan(plan, run.models),
    usage: { target: noSpend, reflection: noSpend, judge: noSpend, source: noSpend, total: noSpend },
    answers: { empty: 0, refusal: 0, cutOff: 0, filtered: 0, failed: 0 },
    stopped: null,
    steps: 0,
    candidates: [],
    reflectionFailures: 0,
    rows: [],
    seconds: 0,
    deployedTo: null,
    error: null,
  };
}
