import type { OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { StopReason } from "../../contracts/run-record.ts";
import type { Split } from "../../core/data/split.ts";
import {
  BudgetError,
  type BudgetLimit,
  type DaoOptError,
  isDaoOptError,
  ModelError,
  OptimizationError,
} from "../../core/errors.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { textsOf } from "../../core/prompt/prompt-texts.ts";
import { createRandom } from "../../core/random.ts";
import { ReflectionsError } from "../../optimizers/search/reflection-failures.ts";
import { describeCauses } from "../../report/describe-failures.ts";
import type { Amount } from "../budget/amount.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import { createSearchBudget } from "../budget/search-budget.ts";
import { shownUsd } from "../budget/shown-usd.ts";
import { liveModel } from "../evaluate/open-evaluation-context.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import { createLab, type RunLab } from "../lab/lab.ts";
import type { OutcomeStore } from "../lab/outcome-store.ts";
import { describeTask } from "../plan/describe-task.ts";
import { linkedController } from "../session/linked-controller.ts";
import type { StageContext } from "../session/stage-context.ts";
import { stopReasonOf } from "../session/stop-reason.ts";
import { startTimeWatch } from "../session/time-watch.ts";
import { chooseWinner, type Winner } from "./choose-winner.ts";
import { runEngine } from "./run-engine.ts";

/** What a search came to. With an error it was broken off; the rest is what was found until then. */
export interface SearchResult {
  readonly seed: Candidate;
  /** Undefined when not even the base was measured. */
  readonly winner: Winner | undefined;
  readonly isBaseBest: boolean;
  /** Right on every validation row. */
  readonly isBasePerfect: boolean;
  readonly stopped: StopReason | null;
  /** Undefined when the engine did not come to say. */
  readonly steps?: number;
  readonly spent: Amount;
  readonly reflections: RunLab["reflections"];
  readonly error?: DaoOptError;
}

/** Measures the base on the validation rows and lets the engine search, with the gate's money set aside. */
export async function searchPrompts(
  work: StageContext,
  outcomeStore: OutcomeStore,
  split: Split,
): Promise<SearchResult> {
  const { plan, runtime, emit } = work;
  // What breaks this search off stops its own calls, not those of the run.
  const own = linkedController(runtime.signal);
  const evaluation = { ...work.evaluation, signal: own.signal };
  const budget = createSearchBudget({ ...work, evaluation }, split);
  const { reservations } = budget;
  const lab = createLab({
    evaluation,
    reflection: liveModel(plan.models.reflection, work.models, runtime),
    outcomeStore,
    reservations,
    errorWatch: createErrorWatch(plan.maxErrorRate, emit),
    random: createRandom(plan.seed).fork(plan.name),
    emit,
  });
  const seed = draftSeed(plan, lab);
  const timeWatch = startTimeWatch(plan, runtime, reservations, budget.gateCalls);
  const ended = await search(work, lab, seed, split, budget.onBaseMeasured).catch((error: unknown) => {
    if (!isDaoOptError(error)) throw error;
    if (error instanceof BudgetError)
      return { stopped: `budget_${limitThatBinds(error, reservations)}` } as const;
    // Reflections that fail end the search, not the run: what was found until then goes to the gate.
    const isReflections = error instanceof ModelError && !error.isFatal && error.kind !== "aborted";
    if (error instanceof ReflectionsError || isReflections) {
      emit({ type: "warning", message: error.message });
      return { stopped: "no_progress" } as const;
    }
    own.abort(error);
    return { stopped: stopReasonOf(error), error };
  });
  // What the engine asked for and no longer waits for belongs to the search: its money, its measurements.
  await lab.close();
  timeWatch.stop();
  own.unlink();
  const winner = chooseWinner(plan, outcomeStore, split.validation);
  const base = outcomeStore.standing(seed.id, split.validation);
  const result = {
    seed,
    winner,
    isBaseBest: winner === undefined || winner.candidate.id === seed.id,
    isBasePerfect: base.rows === split.validation.length && base.failed === 0 && base.mean >= 1,
    spent: reservations.spent,
    reflections: lab.reflections,
    ...ended,
  };
  const { reflections } = lab;
  if (!("error" in ended) && !runtime.signal.aborted && reflections.asked > 0 && reflections.answered === 0)
    return { ...result, stopped: "reflections_failed", error: reflectionsFailed(reflections) };
  if (winner !== undefined || "error" in ended) return result;
  return { ...result, error: baseUnmeasured(plan, reservations, split, ended.stopped) };
}

/** An engine counts what is left in calls; where those have no cap, what ran out is the tightest of the others. */
function limitThatBinds({ limit }: BudgetError, { caps, spent }: BudgetReservations): BudgetLimit {
  if (limit === "minutes" || caps[limit] !== undefined) return limit;
  const share = (one: "tokens" | "usd") => spent[one] / (caps[one] ?? Number.POSITIVE_INFINITY);
  if (caps.tokens === undefined && caps.usd === undefined) return limit;
  return caps.usd === undefined || share("tokens") > share("usd") ? "tokens" : "usd";
}

function reflectionsFailed({ asked, failed, mostFrequent }: RunLab["reflections"]): OptimizationError {
  return new OptimizationError(
    `no reflection brought a text (${asked} of ${asked} failed: ${describeCauses(failed)}); the last reason: ${mostFrequent}`,
    { hint: "choose another reflection_model, or give the one you have a larger max_tokens" },
  );
}

function draftSeed(plan: OptimizationPlan, lab: RunLab): Candidate {
  const drafted = lab.draft(textsOf(plan.prompts), []);
  if (drafted.accepted) return drafted.candidate;
  throw new OptimizationError(`the base prompt breaks its own contract: ${drafted.problems.join("; ")}`, {
    hint: "change the template, or what `locked` and `max_prompt_tokens` ask of it",
  });
}

async function search(
  { plan, runtime, emit }: StageContext,
  lab: RunLab,
  seed: Candidate,
  split: Split,
  onBaseMeasured: () => void,
): Promise<SearchEnd> {
  emit({ type: "phase-started", phase: "base", rows: split.validation.length });
  await lab.evaluate(seed, split.validation);
  onBaseMeasured();
  emit({ type: "phase-started", phase: "search" });
  return runEngine(plan, runtime, taskOf(plan, split, seed), lab);
}

function taskOf(plan: OptimizationPlan, split: Split, seed: Candidate): OptimizationTask {
  const { candidatesPerStep, maxSteps, patience } = plan.optimizer;
  return {
    ...describeTask(plan),
    seed,
    train: split.train,
    validation: split.validation,
    limits: { candidatesPerStep, maxSteps: maxSteps ?? Number.POSITIVE_INFINITY, patience },
    objectives: { ...plan.objectives, select: plan.select },
  };
}

function baseUnmeasured(
  plan: OptimizationPlan,
  reservations: BudgetReservations,
  split: Split,
  stopped: StopReason | null,
): DaoOptError {
  const what = `the budget ended before the base was measured on all ${split.validation.length} validation rows`;
  const { calls, tokens, usd, minutes } = plan.budget;
  if (stopped === "budget_minutes") {
    return new BudgetError(`${what}: ${minutes} minutes are over`, "minutes", {
      hint: "what is answered is kept: a fresh run with more minutes takes it from the cache",
    });
  }
  const left = [
    calls === undefined ? [] : `${reservations.spent.calls} of ${calls} calls`,
    tokens === undefined ? [] : `${Math.ceil(reservations.spent.tokens)} of ${tokens} tokens`,
    usd === undefined
      ? []
      : `${shownUsd(reservations.spent.usd, reservations.spent.usd)} of ${shownUsd(usd)} USD`,
  ].flat();
  return new OptimizationError(`${what}: ${left.join(", ")} are spent, the rest is kept for the gate`, {
    hint: "raise the budget, give the models a smaller max_tokens, or take fewer test or validation rows",
  });
}
