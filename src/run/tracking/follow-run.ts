import type { RunEvent, RunListener } from "../../contracts/events.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import { defined } from "../../core/defined.ts";
import { addSpend, noSpend, type Spend } from "../../core/usage.ts";
import type { PushedPrompt } from "../../mlflow/prompts/prompt-version.ts";
import type { TrackedRun } from "../../mlflow/tracking/tracked-run.ts";
import type { TrackedArtifact, TrackedStatus } from "../../mlflow/tracking/tracked-values.ts";
import type { Tracker } from "../../mlflow/tracking/tracker.ts";
import type { StoredMlflowRuns } from "./stored-runs.ts";

/** A run as MLflow shows it: one of its runs for each optimization that begins. */
export interface RunFollower {
  readonly listen: RunListener;
  /** Before the first event: what is planned. */
  plan(plan: RunPlan): void;
  /** Before the first event: where the runs of MLflow are remembered. */
  remember(stored: StoredMlflowRuns): void;
  /** Undefined while MLflow has not made the run. */
  runIdOf(optimization: string): string | undefined;
  /**
   * The results of every optimization that began now, and of those that an earlier session could not end in MLflow.
   * Without results: the run failed.
   */
  finish(results: RunResults | undefined): void;
}

export interface RunResults {
  readonly record: RunRecord;
  readonly artifacts: readonly TrackedArtifact[];
  /** The winners in MLflow, by optimization. */
  readonly pushed: ReadonlyMap<string, readonly PushedPrompt[]>;
}

interface Followed {
  readonly tracked: TrackedRun;
  spend: Spend;
  step: number;
}

export function createRunFollower(tracker: Tracker): RunFollower {
  const followed = new Map<string, Followed>();
  let plan: RunPlan | undefined;
  let stored: StoredMlflowRuns | undefined;

  function start(run: string, name: string, step = 0): void {
    const planned = plan?.optimizations.find((one) => one.name === name);
    if (plan === undefined || planned === undefined) return;
    const ownTags = ownTagsOf(run, name);
    const tracked = tracker.startRun({
      name: `${name} ${run}`,
      params: paramsOf(planned, plan),
      tags: {
        ...ownTags,
        "mlflow.source.name": "dao-opt",
        "dao_opt.config": plan.config,
        "dao_opt.plan_digest": plan.digest,
      },
      ownTags,
      continues: stored?.earlier.get(name)?.runId,
      onStatus: (runId, status) => stored?.set(name, { runId, status }),
    });
    tracked.logDatasets(datasetsOf(planned));
    followed.set(name, { tracked, spend: noSpend, step });
  }

  /** A finished run that is resumed has no events; its end may not have reached MLflow. */
  function startUnended({ run, optimizations }: RunRecord): void {
    for (const { name, steps } of optimizations) {
      const status = stored?.earlier.get(name)?.status;
      const isUnended = status === "RUNNING" || status === "KILLED";
      if (isUnended && !followed.has(name)) start(run, name, steps);
    }
  }

  return {
    plan(planned) {
      plan = planned;
    },
    remember(opened) {
      stored = opened;
    },
    listen({ run, optimization, event }: RunEvent) {
      if (optimization === undefined) return;
      if (event.type === "optimization-started") start(run, optimization);
      const one = followed.get(optimization);
      if (one === undefined) return;
      if (event.type === "call-finished") one.spend = addSpend(one.spend, event.spend);
      if (event.type === "step-finished") {
        one.step = event.step;
        one.tracked.logMetrics({ val_score: event.validation, ...spendMetrics(one.spend) }, event.step);
      }
    },
    runIdOf(optimization) {
      const one = followed.get(optimization);
      return one === undefined ? stored?.earlier.get(optimization)?.runId : one.tracked.runId;
    },
    finish(results) {
      if (results !== undefined) startUnended(results.record);
      for (const [name, { tracked, step }] of followed) {
        const record = results?.record.optimizations.find((one) => one.name === name);
        if (results === undefined || record === undefined) {
          tracked.finish("FAILED");
          continue;
        }
        tracked.logMetrics(scoreMetrics(record));
        tracked.logMetrics(spendMetrics(record.usage.total), step);
        tracked.linkPrompts(results.pushed.get(name) ?? []);
        tracked.setTags({
          "dao_opt.status": record.status,
          ...(record.reason === null ? {} : { "mlflow.note.content": record.reason }),
        });
        for (const artifact of results.artifacts) tracked.putArtifact(artifact);
        tracked.finish(endOf(record, results.record));
      }
    },
  };
}

/** Tags that distinguish the run of an optimization from all others. */
export function ownTagsOf(run: string, optimization: string): Readonly<Record<string, string>> {
  return { "dao_opt.run": run, "dao_opt.optimization": optimization };
}

function paramsOf({ models, optimizer, data, seed, scorers }: OptimizationPlan, plan: RunPlan) {
  const named = Object.entries(models).flatMap(([role, key]) =>
    key === undefined ? [] : [[`${role}_model`, plan.models[key]?.name ?? key] as const],
  );
  return defined({
    optimizer: optimizer.use,
    seed,
    ...Object.fromEntries(named),
    scorers: scorers.map(({ use }) => use).join(", "),
    rows: data.rows,
    train_rows: data.parts.train,
    validation_rows: data.parts.validation,
    test_rows: data.parts.test,
    candidates_per_step: optimizer.candidatesPerStep,
    max_steps: optimizer.maxSteps ?? undefined,
  });
}

/** Each part is an input of its own: MLflow keeps one use of a name and digest. */
function datasetsOf({ data }: OptimizationPlan) {
  const uses = { train: "training", validation: "validation", test: "test" } as const;
  const parts = (["train", "validation", "test"] as const).filter((part) => data.parts[part] > 0);
  return parts.map((part) => ({
    name: `${data.name}/${part}`,
    digest: data.digest,
    context: uses[part],
    sourceType: "local",
    source: { uri: data.name },
  }));
}

function spendMetrics({ calls, usd }: Spend): Readonly<Record<string, number>> {
  return { calls, ...(usd === null ? {} : { cost_usd: usd }) };
}

function scoreMetrics({ scores }: OptimizationRecord): Readonly<Record<string, number>> {
  const { test, source } = scores;
  const gate =
    test === undefined
      ? {}
      : {
          initial_eval_score: test.base,
          final_eval_score: test.optimized,
          gain: test.difference,
          gain_interval_low: test.interval[0],
          gain_interval_high: test.interval[1],
        };
  return { ...gate, ...(source === undefined ? {} : { source_score: source.score }) };
}

/** How the run of an optimization ends in MLflow. */
export function endOf({ status }: OptimizationRecord, run: RunRecord): TrackedStatus {
  if (status !== "failed" && status !== "skipped") return "FINISHED";
  return run.status === "interrupted" ? "KILLED" : "FAILED";
}
