import type { EngineEvent } from "../../contracts/events.ts";
import type { CompletionRequest } from "../../contracts/language-model.ts";
import type { Evaluation, Lab } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import { BudgetError, isDaoOptError, OptimizationError } from "../../core/errors.ts";
import { type Candidate, candidateId } from "../../core/prompt/candidate.ts";
import { messageText } from "../../core/prompt/message.ts";
import { checkContract, promptTokensOf } from "../../core/prompt/prompt-contract.ts";
import type { Random } from "../../core/random.ts";
import { isReasoningModel } from "../../models/limits/known-models.ts";
import { nothing, plus, type WorstCase } from "../budget/amount.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import { worstCall } from "../budget/worst-case.ts";
import { type AskedRequest, createBudgetView } from "./budget-view.ts";
import { type Account, chargedModel, type LiveModel } from "./charged-model.ts";
import type { ErrorWatch } from "./error-watch.ts";
import type { EvaluationContext, MeasuredOutcome } from "./evaluation-context.ts";
import type { OutcomeStore } from "./outcome-store.ts";
import { createReflectionTally, type ReflectionTally, readReflection } from "./reflection-tally.ts";
import { createReleaseOrder } from "./release-order.ts";
import { endsTheRun, rollOut, rowBound, worstRollouts } from "./rollout.ts";

interface LabParts {
  readonly evaluation: EvaluationContext;
  readonly reflection: LiveModel;
  readonly outcomeStore: OutcomeStore;
  readonly reservations: BudgetReservations;
  readonly errorWatch: ErrorWatch;
  readonly random: Random;
  /** `calls`: those of the answers that the engine had when it reported the event. */
  readonly emit: (event: EngineEvent, calls: number) => void;
}

// Nominal durations: a reflection writes pages where an answer is a line; rows of one request run in
// parallel.
const nominalReflection = 3;
const nominalRows = 32;

/** An engine's only access to models, rows and budget. */
export interface RunLab extends Lab {
  /** Refuses further requests and resolves when no call is in progress. */
  close(): Promise<void>;
  /** Counts of the reflections so far. */
  readonly reflections: Pick<ReflectionTally, "asked" | "answered" | "failed" | "mostFrequent">;
  /** Calls of the answers released so far; the same at any concurrency. */
  readonly callsReleased: number;
}

export function createLab(parts: LabParts): RunLab {
  const { evaluation, outcomeStore, reservations, reflection } = parts;
  const order = createReleaseOrder();
  const view = createBudgetView(reservations);
  const reflectionsAsked = new Map<string, number>();
  const rowBounds = new Map<Example, number>();
  const underWay = new Set<Promise<unknown>>();
  const tally = createReflectionTally();
  let isClosed = false;

  /** Cached, because a row is run for many candidates. */
  const boundOf = (example: Example): number => {
    const bound = rowBounds.get(example) ?? rowBound(example);
    rowBounds.set(example, bound);
    return bound;
  };

  /** Runs a task once the budget admits it. */
  const pay = <T>(
    request: AskedRequest,
    worst: WorstCase,
    work: (account: Account) => Promise<T>,
  ): Promise<T> => {
    const paying = (async () => {
      const reservation = await reservations.admit(worst);
      try {
        return await work({ reservation, onUse: request.use });
      } finally {
        reservation.settle();
      }
    })();
    const forget = (): unknown => underWay.delete(settled);
    const settled: Promise<unknown> = paying.then(forget, forget);
    underWay.add(settled);
    return paying;
  };

  const evaluate: Lab["evaluate"] = async (candidate, examples, options = {}) => {
    evaluation.signal.throwIfAborted();
    const repeat = options.repeat ?? 0;
    if (outcomeStore.find(candidate.id) === undefined) {
      throw new OptimizationError(`candidate ${candidate.id} was not drafted by this lab`, {
        hint: "an engine gets its candidates from lab.draft() and task.seed",
      });
    }
    const fresh = distinct(examples).filter(
      (example) => outcomeStore.outcome(candidate.id, example, repeat) === undefined,
    );
    const usual = fresh.length * (1 + evaluation.scorer.judgeCalls.usual);
    if (usual > view.callsLeft) return order.ask(0, () => Promise.reject(callsRefusal(reservations, usual)));
    const worstOf = worstRollouts(evaluation, candidate.texts);
    const worst = fresh.map((example) => worstOf(boundOf(example)));
    const request = view.ask(worst.reduce(plus, nothing));
    fresh.forEach((example, at) => {
      const outcome = pay(request, worst[at] ?? nothing, (account) =>
        rollOut(evaluation, candidate.texts, example, { repeat, role: "target", account }),
      );
      outcomeStore.keep(candidate.id, example, repeat, outcome);
    });
    const pending = examples.map(
      (example) => outcomeStore.outcome(candidate.id, example, repeat) as Promise<MeasuredOutcome>,
    );
    return order
      .ask(Math.ceil(fresh.length / nominalRows), () => allOrFirstError(pending))
      .finally(() => request.release())
      .then((outcomes) => {
        const asked = new Set(fresh);
        parts.errorWatch.note(outcomes.filter(({ example }) => asked.has(example)));
        return toEvaluation(candidate, outcomes);
      });
  };

  const reflect: Lab["reflect"] = async (request) => {
    evaluation.signal.throwIfAborted();
    const texts = request.messages.map(messageText);
    const content = texts.join("\u0000");
    const repeat = reflectionsAsked.get(content) ?? 0;
    reflectionsAsked.set(content, repeat + 1);
    const call = worstCall(reflection.modelChain, texts);
    const worst = { ...call, first: call };
    const asked = view.ask(worst);
    const paid = pay(asked, worst, async (account) => {
      const model = chargedModel(evaluation, reflection, { repeat, role: "reflection", account });
      const completion = await model.complete({
        messages: request.messages,
        ...reflectionParameters(evaluation.plan, reflection.modelChain[0].name, repeat),
        isLong: true,
      });
      return readReflection(completion, model.modelId);
    });
    const answer = tally.note(paid).catch((error: unknown) => {
      evaluation.signal.throwIfAborted();
      if (isDaoOptError(error) && endsTheRun(error)) evaluation.abort(error);
      throw error;
    });
    return order.ask(nominalReflection, () => answer).finally(() => asked.release());
  };

  return {
    evaluate: (candidate, examples, options) =>
      handled(isClosed ? refuse() : evaluate(candidate, examples, options)),
    reflect: (request) => handled(isClosed ? refuse() : reflect(request)),
    draft(texts, parents) {
      const problems = checkContract(evaluation.plan.prompts, texts);
      if (problems.length > 0) return { accepted: false, problems };
      const candidate: Candidate = Object.freeze({
        id: candidateId(texts),
        texts: Object.freeze({ ...texts }),
        parents: [...parents],
        promptTokens: promptTokensOf(texts),
      });
      return { accepted: true, ...outcomeStore.add(candidate) };
    },
    emit: (event) => parts.emit(event, view.callsReleased),
    random: parts.random,
    budget: view,
    signal: evaluation.signal,
    reflections: tally,
    get callsReleased() {
      return view.callsReleased;
    },
    async close() {
      isClosed = true;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Temperature of further samples of one request if the user set none: at 0 they would all be equal. */
const sampleTemperature = 0.8;

/** The temperature of a reflection; a known reasoning model gets only the user's own setting. */
function reflectionParameters(
  { reflectionTemperature, isReflectionTemperatureDefault }: EvaluationContext["plan"],
  model: string,
  repeat: number,
): Pick<CompletionRequest, "parameters"> {
  if (isReflectionTemperatureDefault !== true) return { parameters: { temperature: reflectionTemperature } };
  if (isReasoningModel(model)) return {};
  return { parameters: { temperature: repeat === 0 ? reflectionTemperature : sampleTemperature } };
}

/** For a lane that continues after its engine has ended. */
async function refuse(): Promise<never> {
  throw new OptimizationError("the search has ended");
}

function ignore(): void {}

/** A promise that an engine ignores must not end the process when it rejects. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

function toEvaluation(candidate: Candidate, outcomes: readonly MeasuredOutcome[]): Evaluation {
  const scores = outcomes.flatMap(({ score }) => (score === undefined ? [] : [score.value]));
  const sum = scores.reduce((total, value) => total + value, 0);
  return { candidate: candidate.id, outcomes, mean: scores.length === 0 ? 0 : sum / scores.length };
}

/** Waits for all, so that nothing paid for is lost; then throws the first error in row order. */
async function allOrFirstError<T>(pending: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(pending);
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

function distinct(examples: readonly Example[]): readonly Example[] {
  return [...new Map(examples.map((example) => [example.id, example])).values()];
}

function callsRefusal(reservations: BudgetReservations, wanted: number): BudgetError {
  return new BudgetError(
    `${wanted} more calls do not fit in the budget of ${reservations.caps.calls} calls`,
    "calls",
  );
}
