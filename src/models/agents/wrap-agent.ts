import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Agent, AgentAnswer, AgentInput, AgentRunSpec } from "../../contracts/agent.ts";
import {
  type Address,
  type AgentQuestion,
  type AnswerStore,
  type FiledExchange,
  isModelExchange,
} from "../../contracts/answer-store.ts";
import type { UnusedAttempt } from "../../contracts/language-model.ts";
import { digestOf, digestOfText } from "../../core/data/digest.ts";
import { AgentError, ModelError } from "../../core/errors.ts";
import type { CallLimiter } from "../layers/limit.ts";
import type { InFlight } from "../limits/in-flight.ts";
import {
  type AttemptOptions,
  type AttemptReports,
  runAttempts,
  stoppedError,
  unknownUsage,
} from "./agent-attempts.ts";

interface WrapAgentOptions extends AttemptOptions {
  readonly run: AgentRunSpec;
  /** Result of `moduleDigest(run, directory)`. */
  readonly moduleDigest: string | undefined;
  readonly limiter: CallLimiter;
  readonly inFlight: InFlight;
  /** If absent, answers are not stored. */
  readonly answers?: AnswerStore;
  /** Closes open processes. */
  readonly close?: () => Promise<void>;
}

/**
 * Applies the run's limits (`-j`), journal and cache to an agent. Only answers of modules are shared between
 * runs: the answer of a program or URL depends on more than the known inputs.
 */
export function wrapAgent(options: WrapAgentOptions): Agent {
  const { run, moduleDigest, limiter, inFlight, answers, close } = options;

  type RunOptions = Parameters<Agent["run"]>[1];
  async function runLimited(
    input: AgentInput,
    { signal }: RunOptions,
    reports: AttemptReports,
  ): Promise<AgentAnswer> {
    try {
      return await limiter.run(() => runAttempts(options, input, { signal, reports }), signal);
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
    let retries = 0;
    const log = store.attempts;
    const reports: AttemptReports = {
      async sending() {
        await log?.sending(address, { estimate: unknownUsage });
        if (given.signal?.aborted !== true) return;
        log?.ended(address);
        throw stoppedError();
      },
      ended(billed) {
        log?.ended(address, billed);
        if (billed === undefined) return;
        unused.push(billed);
        given.onUnused?.(billed);
      },
      retrying() {
        retries++;
        given.onRetry?.();
      },
    };
    const outcome = await settle(runLimited(input, given, reports));
    const attempts = {
      ...(unused.length === 0 ? {} : { unused }),
      ...(retries === 0 ? {} : { retries }),
    };
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
      answers === undefined
        ? runLimited(input, given, unstoredReports(given))
        : runAndFile(input, given, answers),
    close: async () => close?.(),
  });
}

/** Of a run whose answers are not stored. */
function unstoredReports({ onUnused, onRetry }: Parameters<Agent["run"]>[1]): AttemptReports {
  return {
    async sending() {},
    ended(billed) {
      if (billed !== undefined) onUnused?.(billed);
    },
    retrying: () => void onRetry?.(),
  };
}

function agentErrorOf(error: unknown): unknown {
  return error instanceof ModelError ? stoppedError() : error;
}

/** Kind of a stored failure that is not the application's fault. */
const infrastructure = "infrastructure";

/** Throws the stored error if the agent failed. */
function answerOf(
  { exchange, origin }: FiledExchange,
  { onUnused, onRetry }: Parameters<Agent["run"]>[1],
): AgentAnswer | undefined {
  if (isModelExchange(exchange)) return undefined;
  const { answer, failure, unused, retries = 0 } = exchange;
  if (origin === "journal") for (const one of unused ?? []) onUnused?.(one);
  if (origin === "journal") for (let at = 0; at < retries; at++) onRetry?.();
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
