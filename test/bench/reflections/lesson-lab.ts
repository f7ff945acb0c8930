import type { EngineEvent } from "../../../src/contracts/events.ts";
import type { Lab, Optimizer, Reflection, ReflectionRequest } from "../../../src/contracts/optimizer.ts";
import { BudgetError, isDaoOptError } from "../../../src/core/errors.ts";
import { type Candidate, candidateId, type PromptTexts } from "../../../src/core/prompt/candidate.ts";
import { checkContract, promptTokensOf } from "../../../src/core/prompt/prompt-contract.ts";
import { createRandom } from "../../../src/core/random.ts";
import { templateVariables } from "../../../src/core/template/template.ts";
import type { Lesson } from "./lesson.ts";

/** What an engine asked for on a lesson, and what it made of the last reply. */
export interface LessonRun {
  /** Requests that were answered. */
  readonly requests: number;
  /** The last one; undefined if it asked for nothing. */
  readonly request?: ReflectionRequest;
  readonly reply?: Reflection;
  readonly events: readonly EngineEvent[];
}

const name = "prompt";

/** Answers a request; `sample` counts equal requests before it. */
type AnswerRequest = (request: ReflectionRequest, sample: number) => Promise<Reflection>;

/**
 * Runs an engine on a lesson until it has a rewrite, or has read the replies to `mostRequests` requests. Only the
 * contracts of engine and lab are used, so requests and reader are the engine's own, whatever they look like.
 * Rejects with the error of `reflect`.
 */
export async function runLesson(
  engine: Optimizer,
  lesson: Lesson,
  reflect: AnswerRequest,
  mostRequests = 1,
): Promise<LessonRun> {
  const events: EngineEvent[] = [];
  const outcomes = new Map(lesson.outcomes.map((outcome) => [outcome.example.id, outcome]));
  const examples = lesson.outcomes.map(({ example }) => example);
  const contract = [{ key: name, template: lesson.text, templateLanguage: "default", locked: [] } as const];
  const candidates = new Map<string, Candidate>();
  const asked: {
    readonly key: string;
    readonly request: ReflectionRequest;
    readonly answer: Promise<Reflection>;
  }[] = [];
  let reply: Reflection | undefined;

  const addCandidate = (texts: PromptTexts, parents: readonly string[]): Candidate => {
    const id = candidateId(texts);
    const candidate = candidates.get(id) ?? { id, texts, parents, promptTokens: promptTokensOf(texts) };
    candidates.set(id, candidate);
    return candidate;
  };
  const seed = addCandidate({ [name]: lesson.text }, []);

  const lab: Lab = {
    async evaluate(candidate, rows) {
      // Only the seed has answers: a rewrite ends the search.
      if (candidate.id !== seed.id) throw endOfLesson();
      const found = rows.flatMap(({ id }) => outcomes.get(id) ?? []);
      const mean = found.reduce((sum, { score }) => sum + (score?.value ?? 0), 0) / Math.max(1, found.length);
      return { candidate: seed.id, outcomes: found, mean };
    },
    async reflect(request) {
      // The lesson has one lane, so requests follow each other.
      if (asked.length >= mostRequests) throw endOfLesson();
      const key = JSON.stringify(request.messages);
      const answer = reflect(request, asked.filter((one) => one.key === key).length);
      asked.push({ key, request, answer });
      reply = await answer;
      return reply;
    },
    draft(texts, parents) {
      const problems = checkContract(contract, texts);
      if (problems.length > 0) return { accepted: false, problems };
      const isNew = !candidates.has(candidateId(texts));
      return { accepted: true, candidate: addCandidate(texts, parents), isNew };
    },
    emit: (event) => void events.push(event),
    random: createRandom(lesson.id),
    budget: { callsLeft: Number.POSITIVE_INFINITY, spentShare: 0 },
    signal: new AbortController().signal,
  };
  const task = {
    objective: "Make the model's answers to inputs like these as right as possible.",
    seed,
    train: examples.slice(0, -1),
    validation: examples.slice(-1),
    limits: { candidatesPerStep: 1, maxSteps: 1, patience: 1 },
    contract: { variables: { [name]: templateVariables(lesson.text, "default") }, locked: [] },
  };
  try {
    await engine.optimize(task, lab);
  } catch (error) {
    await Promise.all(asked.map(({ answer }) => answer));
    if (!isDaoOptError(error)) throw error;
  }
  const last = asked.at(-1);
  return {
    requests: asked.length,
    events,
    ...(last === undefined ? {} : { request: last.request }),
    ...(reply === undefined ? {} : { reply }),
  };
}

function endOfLesson(): BudgetError {
  return new BudgetError("the lesson is over", "calls");
}
