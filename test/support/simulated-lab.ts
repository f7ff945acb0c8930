import pLimit from "p-limit";
import type { EngineEvent } from "../../src/contracts/events.ts";
import type {
  Evaluation,
  Lab,
  Outcome,
  Reflection,
  ReflectionRequest,
} from "../../src/contracts/optimizer.ts";
import type { Example } from "../../src/core/data/example.ts";
import { BudgetError, InterruptedError } from "../../src/core/errors.ts";
import {
  type Candidate,
  type CandidateId,
  candidateId,
  type PromptTexts,
} from "../../src/core/prompt/candidate.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { createRandom } from "../../src/core/random.ts";
import { estimateTokens } from "../../src/core/usage.ts";
import { chooseCandidate } from "../../src/run/search/choose-candidate.ts";
import { createReleaseQueue, type ReleaseQueue } from "./release-queue.ts";

export interface SimulatedLabParts {
  readonly seed: PromptTexts;
  /** The outcome of one rollout. Must depend on its arguments only. */
  readonly rollout: (texts: PromptTexts, example: Example, repeat: number) => Omit<Outcome, "example">;
  /** Answers a reflection, or throws. `occurrence` counts equal requests from 0. */
  readonly reflector: (request: ReflectionRequest, occurrence: number) => Reflection;
  /** Problems of texts; none by default. */
  readonly contract?: (texts: PromptTexts) => readonly string[];
  /** Cap on rollouts and reflections together. */
  readonly calls?: number;
  readonly randomSeed?: string | number;
  readonly signal?: AbortSignal;
  /** Real milliseconds of the n-th call, n from 0; by default answers arrive at once. */
  readonly latencyMs?: (turn: number) => number;
  /** Number of concurrent calls if there are latencies. */
  readonly concurrency?: number;
  /** Passes time without waiting for it; in place of `latencyMs` and `concurrency`. */
  readonly clock?: SimulatedClock;
}

/** Time of the calls of one lab. */
export interface SimulatedClock {
  /** Resolves when a call of this question is answered. */
  pass(question: string, isReflection: boolean): Promise<void>;
  /** Called by the lab once. */
  follow(queue: ReleaseQueue): void;
}

/** A lab over plain functions, with everything a test may inspect. */
export interface SimulatedLab extends Lab {
  readonly seed: Candidate;
  readonly events: readonly EngineEvent[];
  readonly calls: { readonly rollouts: number; readonly reflections: number };
  readonly requests: readonly ReflectionRequest[];
  readonly candidates: readonly Candidate[];
  /** Pairs `candidate example repeat` in request order, without duplicates. */
  readonly rolloutsAsked: readonly string[];
  /** Mean over the examples if each has an outcome, otherwise undefined. */
  measured(id: CandidateId, examples: readonly Example[]): number | undefined;
  /** The runner's choice among the candidates measured on all examples; the seed if there are none. */
  winner(examples: readonly Example[]): Candidate;
  /** The winner with the score that the runner reports and its plain mean; 0 if not measured. */
  verdict(examples: readonly Example[]): SimulatedVerdict;
}

export interface SimulatedVerdict {
  readonly candidate: Candidate;
  readonly estimate: number;
  readonly mean: number;
}

// As in the real lab: a reflection takes longer than rows, and rows of one request run in parallel.
const nominalReflection = 3;
const nominalRows = 32;
const byQuality = { objectives: { quality: 1, promptTokens: 0 }, select: { kind: "best" } } as const;

export function createSimulatedLab(parts: SimulatedLabParts): SimulatedLab {
  const queue = createReleaseQueue();
  const limit = pLimit(parts.concurrency ?? 8);
  const candidates = new Map<CandidateId, Candidate>();
  const outcomes = new Map<string, Outcome>();
  const asked = new Map<string, Promise<void>>();
  const events: EngineEvent[] = [];
  const requests: ReflectionRequest[] = [];
  const occurrences = new Map<string, number>();
  const signal = parts.signal ?? new AbortController().signal;
  let [rollouts, reflections, turn] = [0, 0, 0];

  const callsLeft = () => (parts.calls ?? Number.POSITIVE_INFINITY) - rollouts - reflections;
  parts.clock?.follow(queue);
  const work = async <T>(question: string, isReflection: boolean, answer: () => T): Promise<T> => {
    if (parts.clock !== undefined) {
      await parts.clock.pass(question, isReflection);
      return answer();
    }
    const ms = parts.latencyMs?.(turn++);
    if (ms === undefined) return answer();
    return limit(async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return answer();
    });
  };
  const refuse = <T>(error: unknown): Promise<T> => queue.ask(0, () => Promise.reject(error));
  const stopped = (): unknown =>
    signal.reason instanceof Error ? signal.reason : new InterruptedError("stopped", "SIGINT");

  const addCandidate = (texts: PromptTexts, parents: readonly CandidateId[]) => {
    const id = candidateId(texts);
    const known = candidates.get(id);
    if (known !== undefined) return { candidate: known, isNew: false };
    const promptTokens = Object.values(texts).reduce((sum, text) => sum + estimateTokens(text), 0);
    const candidate = Object.freeze({ id, texts: Object.freeze({ ...texts }), parents, promptTokens });
    candidates.set(id, candidate);
    return { candidate, isNew: true };
  };
  const seed = addCandidate(parts.seed, []).candidate;

  const measured = (id: CandidateId, examples: readonly Example[]): number | undefined => {
    const found = examples.flatMap((example) => outcomes.get(`${id} ${example.id} 0`) ?? []);
    return found.length < examples.length ? undefined : meanOf(found);
  };

  const verdict = (examples: readonly Example[]): SimulatedVerdict => {
    const scoredCandidates = [...candidates.values()].flatMap((candidate) => {
      const found = examples.map((example) => outcomes.get(`${candidate.id} ${example.id} 0`));
      if (found.every((outcome) => outcome === undefined)) return [];
      const isComplete = found.every((outcome) => outcome !== undefined);
      const scores = found.map((outcome) => outcome?.score?.value);
      return [{ candidate, scores, isComplete, promptTokens: candidate.promptTokens, usd: null }];
    });
    const chosen = chooseCandidate(byQuality, scoredCandidates)?.chosen;
    if (chosen === undefined) return { candidate: seed, estimate: 0, mean: 0 };
    return { candidate: chosen.scoredCandidate.candidate, estimate: chosen.estimate, mean: chosen.mean };
  };

  return {
    seed,
    events,
    requests,
    measured,
    get rolloutsAsked() {
      return [...asked.keys()];
    },
    get calls() {
      return { rollouts, reflections };
    },
    get candidates() {
      return [...candidates.values()];
    },
    async evaluate(candidate, examples, options = {}): Promise<Evaluation> {
      if (!candidates.has(candidate.id)) throw new Error(`candidate ${candidate.id} was never drafted`);
      if (signal.aborted) return refuse(stopped());
      const repeat = options.repeat ?? 0;
      const key = (example: Example) => `${candidate.id} ${example.id} ${repeat}`;
      const fresh = [...new Map(examples.map((example) => [example.id, example])).values()].filter(
        (example) => !asked.has(key(example)),
      );
      if (fresh.length > callsLeft()) return refuse(budgetSpent(parts.calls ?? 0));
      rollouts += fresh.length;
      for (const example of fresh) {
        const arrival = work(key(example), false, () => {
          outcomes.set(key(example), { example, ...parts.rollout(candidate.texts, example, repeat) });
        });
        asked.set(key(example), arrival);
      }
      const rows = examples.map((example) => asked.get(key(example)));
      await queue.ask(Math.ceil(fresh.length / nominalRows), () => Promise.all(rows));
      const found = examples.map((example) => outcomes.get(key(example)) as Outcome);
      return { candidate: candidate.id, outcomes: found, mean: meanOf(found) };
    },
    async reflect(request) {
      if (signal.aborted) return refuse(stopped());
      if (callsLeft() < 1) return refuse(budgetSpent(parts.calls ?? 0));
      reflections++;
      requests.push(request);
      const content = request.messages.map(messageText).join("\u0000");
      const occurrence = occurrences.get(content) ?? 0;
      occurrences.set(content, occurrence + 1);
      const answer = work(content + occurrence, true, () => parts.reflector(request, occurrence));
      return queue.ask(nominalReflection, () => answer);
    },
    draft(texts, parents) {
      const problems = parts.contract?.(texts) ?? [];
      return problems.length > 0
        ? { accepted: false, problems }
        : { accepted: true, ...addCandidate(texts, parents) };
    },
    emit: (event) => void events.push(event),
    random: createRandom(parts.randomSeed ?? 0),
    budget: {
      get callsLeft() {
        return callsLeft();
      },
      get spentShare() {
        return parts.calls === undefined ? 0 : 1 - callsLeft() / parts.calls;
      },
    },
    signal,
    verdict,
    winner: (examples) => verdict(examples).candidate,
  };
}

function meanOf(outcomes: readonly Outcome[]): number {
  const values = outcomes.flatMap(({ score }) => (score === undefined ? [] : [score.value]));
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function budgetSpent(calls: number): BudgetError {
  return new BudgetError(`the budget of ${calls} calls is spent`, "calls");
}
