import type { JsonObject } from "../core/json.ts";
import type { ChatMessage } from "../core/message.ts";
import type { ModelParameters } from "../core/prompt.ts";
import type { AgentAnswer, AgentInput, AgentRunSpec } from "./agent.ts";
import type { Completion, UnusedAttempt } from "./language-model.ts";

/** SHA-256 of everything that decides an answer, 64 hex digits. Never made from a key. */
export type Address = string;

/** A model call as it is filed: built from fields that hold no key. */
export interface ModelQuestion {
  readonly kind: "model";
  readonly provider: string;
  /** Without user, password and query. */
  readonly baseUrl?: string;
  readonly model: string;
  /** The model's own parameters with those of the request over them. */
  readonly parameters: ModelParameters;
  readonly providerOptions?: JsonObject;
  readonly messages: readonly ChatMessage[];
  readonly repeat: number;
}

/** A run of the user's application, as it is filed. */
export interface AgentQuestion {
  readonly kind: "agent";
  readonly run: AgentRunSpec;
  /** Digest of the module's file; absent for command and HTTP agents. */
  readonly moduleDigest?: string;
  readonly input: AgentInput;
  readonly repeat: number;
}

/** An error that stands for the answer: what was left after all attempts. */
export interface FailedAnswer {
  readonly code: string;
  /** ModelErrorKind of a model call; `infrastructure` of an agent that could not be reached. */
  readonly kind?: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * One exchange as it is filed. Plain JSON; exactly one of `completion` and `failure` is there.
 * Errors that end the run and interrupts are never filed.
 */
export interface ModelExchange {
  readonly question: ModelQuestion;
  readonly completion?: Completion;
  readonly failure?: FailedAnswer;
  /** Attempts that were sent before, and are billed although their answers could not be used. */
  readonly unused?: readonly UnusedAttempt[];
}

/** As ModelExchange, for a run of the user's application. */
export interface AgentExchange {
  readonly question: AgentQuestion;
  readonly answer?: AgentAnswer;
  readonly failure?: FailedAnswer;
}

export type Exchange = ModelExchange | AgentExchange;

export function isModelExchange(exchange: Exchange): exchange is ModelExchange {
  return exchange.question.kind === "model";
}

/** An exchange found again, and where: in this run's own journal, or in the cache shared by runs. */
export interface FiledExchange {
  readonly exchange: Exchange;
  readonly origin: "journal" | "cache";
}

/**
 * Where answers are kept. The models' side decides addresses and what is filed; the store decides
 * where, for how long, and whether a failure in the journal counts as an answer.
 */
export interface AnswerStore {
  /**
   * The question is given so that a store that may not ask anew (`--replay`) can name the missing
   * call; such a store rejects with ReplayError.
   */
  find(address: Address, question: ModelQuestion | AgentQuestion): Promise<FiledExchange | undefined>;
  /** Resolves when the exchange is safe. `isShared`: other runs may take the answer too. */
  put(address: Address, exchange: Exchange, options: { readonly isShared: boolean }): Promise<void>;
}
