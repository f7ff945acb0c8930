import type { ModelSpec } from "../contracts/model-spec.ts";
import type { OptimizationTask } from "../contracts/optimizer.ts";
import type { OptimizationPlan, RunPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord, StopReason } from "../contracts/run-record.ts";
import type { Candidate } from "../core/candidate.ts";
import { BudgetError, InterruptedError, isDaoOptError, OptimizationError } from "../core/errors.ts";
import { textsOf } from "../core/prompt-texts.ts";
import { createRandom } from "../core/random.ts";
import type { Split } from "../project/project.ts";
import { createPurse } from "./budget/purse.ts";
import { dealBudget } from "./budget/set-aside.ts";
import { createCandidateLog } from "./candidate-log.ts";
import { chooseWinner, type Ranked } from "./choose-winner.ts";
import { describeTask } from "./describe-task.ts";
import { comparePairs, measureSide, rowResults } from "./gate.ts";
import { createErrorWatch } from "./lab/error-watch.ts";
import { createLab } from "./lab/lab.ts";
import { createLedger, type Ledger } from "./lab/ledger.ts";
import { createMeter } from "./lab/meter.ts";
import type { Bench } from "./lab/rollout.ts";
import { buildRecord, type Findings } from "./optimization-record.ts";
import { compareWithSource } from "./parity.ts";
import { createEmitter, type Emit, type Runtime } from "./run-context.ts";
import { startTimeWatch } from "./time-watch.ts";
import { decide } from "./verdict.ts";

/**
 * Runs one optimization to its record: base, search, gate. Never rejects for what can happen to one
 * optimization alone; rejects with what must end the whole run (wrong key, Ctrl-C), with everything
 * found so far kept in `onPartial`.
 */
export async function executeOptimization(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  onPartial: (record: OptimizationRecord) => void,
): Promise<OptimizationRecord> {
  const emit = createEmitter(runtime, plan.name);
  const startedMs = runtime.clock.monotonicMs();
  const meter = createMeter((role, origin, spend) => emit({ type: "call-finished", role, origin, spend }));
  const ledger = createLedger();
  const log = createCandidateLog(ledger);
  const split = runtime.rows(plan.name);
  const findings: Findings = { stopped: null, steps: 0, seconds: 0 };
  const record = (): OptimizationRecord => {
    findings.seconds = (runtime.clock.monotonicMs() - startedMs) / 1000;
    return buildRecord({ plan, models, split, meter, ledger, log, findings });
  };
  const emitAll: Emit = (event) => {
    log.note(event);
    emit(event);
  };
  emit({
    type: "optimization-started",
    optimizer: plan.optimizer.use,
    ...(plan.budget.calls === undefined ? {} : { plannedCalls: plan.budget.calls }),
  });
  try {
    const bench = await openBench(plan, models, runtime, meter);
    try {
      await search(plan, models, runtime, { bench, ledger, split, findings, emit: emitAll });
      await prove(plan, models, runtime, { bench, ledger, split, findings, emit: emitAll });
    } finally {
      await bench.agent?.close?.();
    }
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    findings.error = error;
    if (error instanceof InterruptedError) findings.stopped = "interrupted";
    findings.winner ??= chooseWinner(plan, ledger, split.validation);
    if (runtime.signal.aborted || concernsAll(error)) {
      onPartial(record());
      throw error;
    }
  }
  const done = record();
  emit({ type: "optimization-finished", status: done.status });
  return done;
}

/** A wrong key or an unreachable provider stops every optimization, not just this one. */
function concernsAll(error: { readonly code: string }): boolean {
  return ["model_auth", "model_unreachable", "replay_missing", "store_failed", "interrupted"].includes(
    error.code,
  );
}

async function openBench(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  meter: Bench["meter"],
): Promise<Bench> {
  const agent = await runtime.agent(plan);
  const live = (key: string) => ({ spec: models[key] as ModelSpec, model: runtime.model(key, "answers") });
  return {
    plan,
    target: live(plan.models.target),
    judge: live(plan.models.judge),
    scorer: await runtime.scorer(plan),
    ...(agent === undefined ? {} : { agent }),
    meter,
    signal: runtime.signal,
    abort: runtime.abort,
  };
}

interface Work {
  readonly bench: Bench;
  readonly ledger: Ledger;
  readonly split: Split;
  readonly findings: Findings;
  readonly emit: Emit;
}

async function search(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  work: Work,
): Promise<void> {
  const { bench, ledger, split, findings, emit } = work;
  const seedTexts = textsOf(plan.prompts);
  const purses = dealBudget(plan, bench, split, seedTexts);
  findings.gatePurse = createPurse(purses.gate);
  const purse = createPurse(purses.search);
  const watch = createErrorWatch(plan.maxErrorRate, (example, { code, message }) =>
    emit({ type: "row-failed", example, code, message }),
  );
  findings.errorWatch = watch;
  const lab = createLab({
    bench,
    reflection: {
      spec: models[plan.models.reflection] as ModelSpec,
      model: runtime.model(plan.models.reflection, "reflection"),
    },
    ledger,
    purse,
    errorWatch: watch,
    random: createRandom(plan.seed).fork(plan.name),
    emit,
  });
  const drafted = lab.draft(seedTexts, []);
  if (!drafted.accepted) {
    throw new OptimizationError(`the base prompt breaks its own contract: ${drafted.problems.join("; ")}`);
  }
  findings.seed = drafted.candidate;
  const timeWatch = startTimeWatch(plan, runtime, purse, purses.gateCalls);
  try {
    emit({ type: "phase-started", phase: "base", rows: split.validation.length });
    await lab.evaluate(drafted.candidate, split.validation);
    emit({ type: "phase-started", phase: "search" });
    const plugin = await runtime.catalog.load("optimizer", plan.optimizer.use, runtime.directory);
    const engine = plugin.create(plugin.options.parse(plan.optimizer.options) as never, {});
    const end = await engine.optimize(taskOf(plan, split, drafted.candidate), lab);
    findings.stopped = end.stopped;
    findings.steps = end.steps;
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    findings.stopped = `budget_${error.limit}` satisfies StopReason;
  } finally {
    timeWatch.stop();
  }
  findings.winner = chooseWinner(plan, ledger, split.validation);
  if (findings.winner === undefined) {
    throw new OptimizationError("the budget ended before the base was measured on all validation rows", {
      hint: "raise the budget, or give the split a smaller validation share",
    });
  }
}

function taskOf(plan: OptimizationPlan, split: Split, seed: Candidate): OptimizationTask {
  const { candidatesPerStep, maxSteps, patience } = plan.optimizer;
  return {
    ...describeTask(plan),
    seed,
    train: split.train,
    validation: split.validation,
    limits: { candidatesPerStep, maxSteps: maxSteps ?? Number.POSITIVE_INFINITY, patience },
  };
}

async function prove(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  runtime: Runtime,
  work: Work,
): Promise<void> {
  const { bench, ledger, split, findings, emit } = work;
  const winner = findings.winner as Ranked;
  const seed = findings.seed as Candidate;
  const isBaseBest = winner.candidate.id === seed.id;
  const base = ledger.standing(seed.id, split.validation);
  const isPerfect = base.failed === 0 && base.mean >= 1;
  if (split.test.length > 0 && findings.gatePurse !== undefined && findings.errorWatch !== undefined) {
    emit({ type: "phase-started", phase: "gate", rows: split.test.length });
    const parts = { purse: findings.gatePurse, errorWatch: findings.errorWatch, role: "target" as const };
    const [before, after] = await Promise.all([
      measureSide(bench, seed, split.test, parts),
      isBaseBest ? undefined : measureSide(bench, winner.candidate, split.test, parts),
    ]);
    const optimized = after ?? before;
    findings.test = comparePairs(before, optimized, { confidence: plan.gate.confidence, seed: plan.seed });
    findings.rows = rowResults(before, optimized, undefined);
    if (plan.models.source !== undefined) {
      emit({ type: "phase-started", phase: "source", rows: split.test.length });
      const spec = models[plan.models.source] as ModelSpec;
      const { agent: _agent, ...single } = bench;
      const sourceBench = {
        ...single,
        target: { spec, model: runtime.model(plan.models.source, "answers") },
      };
      const source = await measureSide(sourceBench, seed, split.test, { ...parts, role: "source" });
      findings.source = compareWithSource(optimized, source, { plan, meter: bench.meter });
      findings.rows = rowResults(before, optimized, source);
    }
  }
  findings.verdict = decide(plan, {
    ...(findings.test === undefined ? {} : { test: findings.test }),
    isUnsplit: split.isUnsplit,
    isBaseBest,
    isPerfect,
  });
}
