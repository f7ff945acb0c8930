import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Agent, AgentAnswer, AgentInput, AgentRunSpec } from "../../contracts/agent.ts";
import {
  type Address,
  type AgentQuestion,
  type AnswerStore,
  type AttemptLog,
  type FiledExchange,
  isModelExchange,
} from "../../contracts/answer-store.ts";
import type { CompletionRequest, UnusedAttempt } from "../../contracts/language-model.ts";
import { digestOf, digestOfText } from "../../core/data/digest.ts";
import { AgentError, ModelError } from "../../core/errors.ts";
import type { CallLimiter } from "../layers/limit.ts";
import type { InFlight } from "../limits/in-flight.ts";
import { isWorkerLost, mostLosses } from "../lost-attempts.ts";

interface LoggedRun {
  readonly address: Address;
  /** Absent if the run cannot be resumed. */
  readonly log: AttemptLog | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onUnused: CompletionRequest["onUnused"];
}

/** The cost of an application is unknown unless its answer includes usage. */
const unknownUsage = { inputTokens: 0, outputTokens: 0 };
const lostRun: UnusedAttempt = { ...unknownUsage, isLost: true, isEstimated: true };

/** Runs again what a lost worker had started. Rejects with AgentError if that happens too often. */
async function untilKept(start: () => Promise<AgentAnswer>): Promise<AgentAnswer> {
  for (let losses = 1; ; losses++) {
    try {
      return await start();
    } catch (error) {
      if (!isWorkerLost(error)) throw error;
      if (losses >= mostLosses)
        throw new AgentError(`${error.message} (${losses} times)`, {
          hint: error.hint,
          isInfrastructure: true,
        });
    }
  }
}

/**
 * Logs a run of the user's application right before it starts. A run dropped because the session stops is
 * reported as lost. Rejects with AgentError if the session has already stopped.
 */
async function loggedRun(
  { address, log, signal, onUnused }: LoggedRun,
  start: () => Promise<AgentAnswer>,
): Promise<AgentAnswer> {
  const isStopped = (): boolean => signal?.aborted === true;
  await log?.sending(address, { estimate: unknownUsage });
  if (isStopped()) {
    log?.ended(address);
    throw new AgentError("the agent was stopped before it answered");
  }
  try {
    return await start();
  } catch (error) {
    if (isWorkerLost(error)) {
      log?.ended(address, lostRun);
      onUnused?.(lostRun);
    } else if (!(error instanceof AgentError)) {
      // A session limit rejected the run before it started.
      log?.ended(address);
    } else if (isStopped()) {
      log?.ended(address, lostRun);
      onUnused?.(lostRun);
    }
    throw error;
  }
}

interface WrapAgentOptions {
  readonly run: AgentRunSpec;
  /** Result of `moduleDigest(run, directory)`. */
  readonly moduleDigest: string | undefined;
  readonly limiter: CallLimiter;
  readonly inFlight: InFlight;
  /** If absent, answers are not stored. */
  readonly answers?: AnswerStore;
}

/**
 * Applies the run's limits (`-j`), journal and cache to an agent. Only answers of modules are shared between
 * runs: the answer of a program or URL depends on more than the known inputs.
 */
export function wrapAgent(agent: Agent, options: WrapAgentOptions): Agent {
  const { run, moduleDigest, limiter, inFlight, answers } = options;

  type RunOptions = Parameters<Agent["run"]>[1];
  async function runLimited(
    input: AgentInput,
    given: RunOptions,
    start = () =>
      untilKept(() =>
        agent.run(input, given).catch((error: unknown) => {
          if (isWorkerLost(error)) given.onUnused?.(lostRun);
          throw error;
        }),
      ),
  ): Promise<AgentAnswer> {
    try {
      return await limiter.run(start, given.signal);
    } catch (error) {
      throw agentErrorOf(error);
    }
  }

  async function runAndFile(input: AgentInput, given: RunOptions, store: AnswerStore): Promise<AgentAnswer> {
    const question = agentQuestion(run, moduleDigest, input, given.repeat);
    const address = agentAddress(question);
    const { answer, isFirst } = await inFlight.share(address, given.signal, async () => {
      const filed = await store.find(address, question);
      const unused = store.unfiled?.(address) ?? [];
      for (const one of unused) given.onUnused?.(one);
      const asked: Asked = { input, given, store, question, address, unused };
      return (filed && answerOf(filed, given)) ?? claimAndRun(asked);
    });
    return isFirst || answer.origin !== undefined ? answer : Object.freeze({ ...answer, origin: "cache" });
  }

  interface Asked {
    readonly input: AgentInput;
    readonly given: RunOptions;
    readonly store: AnswerStore;
    readonly question: AgentQuestion;
    readonly address: Address;
    readonly unused: readonly UnusedAttempt[];
  }

  /** Runs the application, unless another run does so at this moment. */
  async function claimAndRun(asked: Asked): Promise<AgentAnswer> {
    const { given, store, question, address } = asked;
    if (moduleDigest === undefined || store.claim === undefined) return runNow(asked);
    const claim = store.claim(address, question, given.signal);
    const awaited = await claim.catch((error) => Promise.reject(agentErrorOf(error)));
    const found = awaited && answerOf(awaited, given);
    if (found !== undefined) return found;
    try {
      return await runNow(asked);
    } finally {
      store.release?.(address);
    }
  }

  async function runNow(asked: Asked): Promise<AgentAnswer> {
    const { input, given, store, question, address } = asked;
    const unused = [...asked.unused];
    const onUnused: CompletionRequest["onUnused"] = (attempt) => {
      unused.push(attempt);
      return given.onUnused?.(attempt) ?? true;
    };
    const logged = { address, log: store.attempts, signal: given.signal, onUnused };
    const outcome = await settle(
      runLimited(input, given, () => untilKept(() => loggedRun(logged, () => agent.run(input, given)))),
    );
    const attempts = unused.length === 0 ? {} : { unused };
    if (!(outcome instanceof AgentError)) {
      const isShared = moduleDigest !== undefined;
      await store.put(address, { question, answer: outcome, ...attempts }, { isShared });
      return outcome;
    }
    // The abort came from outside and is not a result for this question.
    if (given.signal?.aborted === true) throw outcome;
    const { code, message, hint } = outcome;
    const kind = outcome.isInfrastructure ? { kind: infrastructure } : {};
    const failure = { code, ...kind, message, ...(hint === undefined ? {} : { hint }) };
    await store.put(address, { question, failure, ...attempts }, { isShared: false });
    throw outcome;
  }

  return Object.freeze({
    run: (input: AgentInput, given: RunOptions) =>
      answers === undefined ? runLimited(input, given) : runAndFile(input, given, answers),
    close: async () => agent.close?.(),
  });
}

function agentErrorOf(error: unknown): unknown {
  return error instanceof ModelError ? new AgentError("the agent was stopped before it answered") : error;
}

/** Kind of a stored failure that is not the application's fault. */
const infrastructure = "infrastructure";

/** Throws the stored error if the agent failed. */
function answerOf(
  { exchange, origin }: FiledExchange,
  { onUnused }: Parameters<Agent["run"]>[1],
): AgentAnswer | undefined {
  if (isModelExchange(exchange)) return undefined;
  const { answer, failure, unused } = exchange;
  if (origin === "journal") for (const one of unused ?? []) onUnused?.(one);
  if (failure !== undefined) {
    const { message, hint, kind } = failure;
    throw new AgentError(message, { hint, isInfrastructure: kind === infrastructure });
  }
  return answer && Object.freeze({ ...answer, origin });
}

async function settle(answer: Promise<AgentAnswer>): Promise<AgentAnswer | AgentError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
}

/** All known inputs that determine an agent's answer. */
export function agentQuestion(
  run: AgentRunSpec,
  moduleDigest: string | undefined,
  input: AgentInput,
  repeat = 0,
): AgentQuestion {
  return {
    kind: "agent",
    run,
    ...(moduleDigest === undefined ? {} : { moduleDigest }),
    input,
    repeat,
  };
}

export function agentAddress(question: AgentQuestion): Address {
  return digestOf(question);
}

/** Digest of the module's file; undefined for agents that are not modules. */
export async function moduleDigest(run: AgentRunSpec, directory: string): Promise<string | undefined> {
  return run.kind === "module"
    ? digestOfText(await readFile(resolve(directory, run.path), "utf8"))
    : undefined;
}
