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
import { type Candidate, textsOf } from "../../core/prompt/candidate.ts";
import { createRandom } from "../../core/random.ts";
import { templateVariables } from "../../core/template/template.ts";
import { ReflectionsError } from "../../optimizers/search/reflection-failures.ts";
import { describeCauses } from "../../report/describe-failures.ts";
import { type Amount, shownUsd } from "../budget/amount.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import { createSearchBudget } from "../budget/search-budget.ts";
import { liveModel } from "../evaluate/open-evaluation-context.ts";
import { createErrorWatch } from "../lab/error-watch.ts";
import { createLab, type RunLab } from "../lab/lab.ts";
import type { OutcomeStore } from "../lab/outcome-store.ts";
import { linkedController, stopReasonOf } from "../session/interrupts.ts";
import { startTimeWatch } from "../session/run-clock.ts";
import type { StageContext } from "../session/stage-context.ts";
import { chooseWinner, type Winner } from "./choose-winner.ts";
import { runEngine } from "./run-engine.ts";

/** Result of a search. With an error, the search ended early and the rest was found until then. */
export interface SearchResult {
  readonly seed: Candidate;
  /** Undefined if not even the base was measured. */
  readonly winner: Winner | undefined;
  readonly isBaseBest: boolean;
  /** Right on every validation row. */
  readonly isBasePerfect: boolean;
  /** The base's mean over the validation rows that it was measured on. */
  readonly baseMean: number;
  readonly stopped: StopReason | null;
  /** Undefined if the engine ended without reporting it. */
  readonly steps?: number;
  readonly spent: Amount;
  readonly reflections: RunLab["reflections"];
  readonly error?: DaoOptError;
}

/** Measures the base on the validation rows and runs the engine, with the gate's budget set aside. */
export async function searchPrompts(
  stage: StageContext,
  outcomeStore: OutcomeStore,
  split: Split,
): Promise<SearchResult> {
  const { plan, runtime, emit } = stage;
  // An error that ends this search aborts its own calls, not those of the run.
  const own = linkedController(runtime.signal);
  const evaluation = { ...stage.evaluation, signal: own.signal };
  const budget = createSearchBudget({ ...stage, evaluation }, split);
  const { reservations } = budget;
  const lab = createLab({
    evaluation,
    reflection: liveModel(plan.models.reflection, stage.models, runtime),
    outcomeStore,
    reservations,
    errorWatch: createErrorWatch(plan.maxErrorRate, emit),
    random: createRandom(plan.seed).fork(plan.name),
    emit,
  });
  const seed = draftSeed(plan, lab);
  const timeWatch = startTimeWatch(plan, runtime, reservations, budget.gateCalls);
  const ended = await search(stage, lab, seed, split, budget.onBaseMeasured).catch((error: unknown) => {
    if (!isDaoOptError(error)) throw error;
    if (error instanceof BudgetError)
      return { stopped: `budget_${limitThatBinds(error, reservations)}` } as const;
    // Failing reflections end the search, not the run: the gate uses what was found until then.
    const isReflections = error instanceof ModelError && !error.endsRun;
    if (error instanceof ReflectionsError || isReflections) {
      emit({ type: "warning", message: error.message });
      return { stopped: "no_progress" } as const;
    }
    own.abort(error);
    return { stopped: stopReasonOf(error), error };
  });
  // Requests that the engine no longer waits for still belong to the search, with their cost and outcomes.
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
    baseMean: base.mean,
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

/** An engine counts in calls; if those have no cap, the tightest of the other caps ran out. */
function limitThatBinds({ limit }: BudgetError, { caps, spent }: BudgetReservations): BudgetLimit {
  if (limit === "minutes" || caps[limit] !== undefined) return limit;
  const share = (one: "tokens" | "usd") => spent[one] / (caps[one] ?? Number.POSITIVE_INFINITY);
  if (caps.tokens === undefined && caps.usd === undefined) return limit;
  return caps.usd === undefined || share("tokens") > share("usd") ? "tokens" : "usd";
}

function reflectionsFailed({ asked, failed, mostFrequent }: RunLab["reflections"]): OptimizationError {
  return new OptimizationError(
    `no reflection returned a text (${asked} of ${asked} failed: ${describeCauses(failed)}); last reason: ${mostFrequent}`,
    { hint: "choose another reflection_model, or raise its max_tokens" },
  );
}

function draftSeed(plan: OptimizationPlan, lab: RunLab): Candidate {
  const drafted = lab.draft(textsOf(plan.prompts), []);
  if (drafted.accepted) return drafted.candidate;
  throw new OptimizationError(`the base prompt breaks its own contract: ${drafted.problems.join("; ")}`, {
    hint: "change the template, or its `locked` and `max_prompt_tokens`",
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
  const { mean, outcomes } = await lab.evaluate(seed, split.validation);
  if (outcomes.some(({ score }) => score !== undefined))
    emit({ type: "base-measured", validation: mean, rows: outcomes.length });
  onBaseMeasured();
  emit({ type: "phase-started", phase: "search" }, lab.callsReleased);
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
      hint: "answers so far are in the cache: start a fresh run with more minutes",
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
    hint: "raise the budget, lower the models' max_tokens, or use fewer test or validation rows",
  });
}

/**
 * The task as described to a reflection model: the purpose of the prompt, and what every rewrite must keep.
 */
export function describeTask(plan: OptimizationPlan): Pick<OptimizationTask, "objective" | "contract"> {
  const descriptions = plan.prompts.flatMap(({ description }) => description ?? []);
  const scorers = plan.scorers.map(({ use }) => use).join(", ");
  const languageOf = (name: string) =>
    plan.prompts.find(({ key }) => name === key || name.startsWith(`${key}#`))?.templateLanguage ?? "default";
  const variables = Object.fromEntries(
    Object.entries(textsOf(plan.prompts)).map(([name, text]) => [
      name,
      templateVariables(text, languageOf(name)),
    ]),
  );
  const caps = plan.prompts.flatMap(({ maxPromptTokens }) => maxPromptTokens ?? []);
  return {
    objective: [
      ...descriptions,
      `Make the model's answers to inputs like these as right as possible, as rated by: ${scorers}.`,
    ].join(" "),
    contract: {
      variables,
      locked: plan.prompts.flatMap(({ locked }) => locked),
      ...(caps.length === 0 ? {} : { maxPromptTokens: caps.reduce((sum, cap) => sum + cap, 0) }),
    },
  };
}
