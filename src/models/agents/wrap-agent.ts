import type { Agent, AgentAnswer, AgentInput, AgentRunSpec } from "../../contracts/agent.ts";
import { type AnswerStore, type FiledExchange, isModelExchange } from "../../contracts/answer-store.ts";
import { AgentError, ModelError } from "../../core/errors.ts";
import type { CallLimiter } from "../layers/limit.ts";
import type { InFlight } from "../limits/in-flight.ts";
import { agentAddress, agentQuestion } from "./agent-question.ts";
import { loggedRun } from "./logged-run.ts";

export interface WrapAgentOptions {
  readonly run: AgentRunSpec;
  /** From `moduleDigest(run, directory)`. */
  readonly moduleDigest: string | undefined;
  readonly limiter: CallLimiter;
  readonly inFlight: InFlight;
  /** Absent: nothing is kept. */
  readonly answers?: AnswerStore;
}

/**
 * An agent under the run's own limits (`-j`), journal and cache. What a program or a URL answers
 * depends on more than is known here, so only a module's answers are shared with other runs.
 */
export function wrapAgent(agent: Agent, options: WrapAgentOptions): Agent {
  const { run, moduleDigest, limiter, inFlight, answers } = options;

  type RunOptions = Parameters<Agent["run"]>[1];
  async function runLimited(
    input: AgentInput,
    given: RunOptions,
    start = () => agent.run(input, given),
  ): Promise<AgentAnswer> {
    try {
      return await limiter.run(start, given.signal);
    } catch (error) {
      throw error instanceof ModelError ? new AgentError("the agent was stopped before it answered") : error;
    }
  }

  async function runAndFile(input: AgentInput, given: RunOptions, store: AnswerStore): Promise<AgentAnswer> {
    const question = agentQuestion(run, moduleDigest, input, given.repeat);
    const address = agentAddress(question);
    const { answer, isFirst } = await inFlight.share(address, given.signal, async () => {
      const filed = await store.find(address, question);
      const unused = store.unfiled?.(address) ?? [];
      for (const one of unused) given.onUnused?.(one);
      const found = filed && answerOf(filed, given);
      if (found !== undefined) return found;
      const logged = { address, log: store.attempts, signal: given.signal, onUnused: given.onUnused };
      const outcome = await settle(
        runLimited(input, given, () => loggedRun(logged, () => agent.run(input, given))),
      );
      const attempts = unused.length === 0 ? {} : { unused };
      if (!(outcome instanceof AgentError)) {
        const isShared = moduleDigest !== undefined;
        await store.put(address, { question, answer: outcome, ...attempts }, { isShared });
        return outcome;
      }
      // Stopped from outside: that says nothing about the question.
      if (given.signal?.aborted === true) throw outcome;
      const { code, message, hint } = outcome;
      const kind = outcome.isInfrastructure ? { kind: infrastructure } : {};
      const failure = { code, ...kind, message, ...(hint === undefined ? {} : { hint }) };
      await store.put(address, { question, failure, ...attempts }, { isShared: false });
      throw outcome;
    });
    return isFirst || answer.origin !== undefined ? answer : Object.freeze({ ...answer, origin: "cache" });
  }

  return Object.freeze({
    run: (input: AgentInput, given: RunOptions) =>
      answers === undefined ? runLimited(input, given) : runAndFile(input, given, answers),
    close: async () => agent.close?.(),
  });
}

/** Kind of a filed failure that says nothing about the application. */
const infrastructure = "infrastructure";

/** Throws the filed error when the agent failed then. */
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
