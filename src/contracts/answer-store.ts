import type { JsonObject } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Price, TokenUsage } from "../core/usage.ts";
import type { AgentAnswer, AgentInput, AgentRunSpec } from "./agent.ts";
import type { Completion, UnusedAttempt } from "./language-model.ts";

/** SHA-256 of everything that determines an answer, 64 hex digits. Never includes an API key. */
export type Address = string;

/** A model call as stored, built from fields without API keys. */
export interface ModelQuestion {
  readonly kind: "model";
  readonly provider: string;
  /** Without user, password and query. */
  readonly baseUrl?: string;
  readonly model: string;
  /** The model's own parameters, overridden by those of the request. */
  readonly parameters: ModelParameters;
  readonly providerOptions?: JsonObject;
  readonly messages: readonly ChatMessage[];
  readonly repeat: number;
}

/** A run of the user's application, as stored. */
export interface AgentQuestion {
  readonly kind: "agent";
  readonly run: AgentRunSpec;
  /** Digest of the module's file; absent for command and HTTP agents. */
  readonly moduleDigest?: string;
  readonly input: AgentInput;
  readonly repeat: number;
}

/** The error that is stored instead of an answer, after all attempts. */
export interface FailedAnswer {
  readonly code: string;
  /** ModelErrorKind of a model call; `infrastructure` for an agent that could not be reached. */
  readonly kind?: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * One exchange as stored. Plain JSON, with exactly one of `completion` and `failure`. Interrupts and errors
 * that end the run are never stored.
 */
export interface ModelExchange {
  readonly question: ModelQuestion;
  readonly completion?: Completion;
  readonly failure?: FailedAnswer;
  /** Earlier attempts that are billed although their answers could not be used. */
  readonly unused?: readonly UnusedAttempt[];
  /** USD per million tokens when the answer was paid for; absent if unknown. */
  readonly price?: Price;
  /**
   * The answer was cut off under the larger limit of a session flag. Sessions with the same limit reuse it;
   * others ask again.
   */
  readonly isProvisional?: true;
  /** The limit that cut off a provisional answer, in output tokens. */
  readonly maxOutputTokens?: number;
  /** Attempts after the first. */
  readonly retries?: number;
}

/** Like ModelExchange, for a run of the user's application. */
export interface AgentExchange {
  readonly question: AgentQuestion;
  readonly answer?: AgentAnswer;
  readonly failure?: FailedAnswer;
  /** Earlier attempts that are billed although they have no usable answer. */
  readonly unused?: readonly UnusedAttempt[];
  /** Attempts after the first. */
  readonly retries?: number;
}

/** A question, and its answer or failure. */
export type Exchange = ModelExchange | AgentExchange;

export function isModelExchange(exchange: Exchange): exchange is ModelExchange {
  return exchange.question.kind === "model";
}

/** A stored exchange and its origin: this run's own journal, or the cache shared by runs. */
export interface FiledExchange {
  readonly exchange: Exchange;
  readonly origin: "journal" | "cache";
  /** True if nothing may be asked again (`--replay`): provisional answers then count too. */
  readonly isReplayed?: true;
}

/** An attempt that is about to be sent. */
export interface SentAttempt {
  /** The usage to book if no answer arrives. */
  readonly estimate: TokenUsage;
  /** The model that is called, if it is a fallback. */
  readonly answeredBy?: string;
}

/**
 * Records attempts before they are sent, so that a killed process does not lose track of them. Storing an
 * exchange closes all attempts at its question.
 */
export interface AttemptLog {
  /** Resolves when the attempt is recorded and may be sent. Rejects with StoreError. */
  sending(address: Address, attempt: SentAttempt): Promise<void>;
  /**
   * Ends an attempt whose answer will not be stored. `billed` is its cost; absent if it cost nothing. Call this
   * before sending another attempt at the question.
   */
  ended(address: Address, billed?: UnusedAttempt): void;
}

interface PutOptions {
  /** Whether other runs may use the answer. */
  readonly isShared: boolean;
}

/** The answers that other processes would pay for again if this one were killed. */
export interface UnstoredAnswers {
  readonly unstored: number;
  /** Resolves when all answers are written; rejects with StoreError. */
  flush(): Promise<void>;
}

/**
 * Stores answers. The model layer decides addresses and what to store; the store decides where and for how
 * long, and whether a stored failure counts as an answer.
 */
export interface AnswerStore {
  /**
   * The question lets a store that must not ask again (`--replay`) name the missing call; such a store rejects
   * with ReplayError.
   */
  find(address: Address, question: ModelQuestion | AgentQuestion): Promise<FiledExchange | undefined>;
  /** Resolves when the exchange is saved. */
  put(address: Address, exchange: Exchange, options: PutOptions): Promise<void>;
  /**
   * After `find` found nothing and before the question is sent: takes the answer of another run that asks the
   * same at this moment, however long that takes. Undefined: the caller asks, and calls `release` after `put`, or
   * if it has no answer. Call it only for answers that other runs may use. Absent if answers are not shared.
   * Rejects with ModelError `aborted`.
   */
  claim?(
    address: Address,
    question: ModelQuestion | AgentQuestion,
    signal: AbortSignal | undefined,
  ): Promise<FiledExchange | undefined>;
  release?(address: Address): void;
  /** Where other runs find the answers; absent if answers are not shared. */
  readonly shared?: UnstoredAnswers;
  /** Absent if nothing is sent or the run cannot be resumed. */
  readonly attempts?: AttemptLog;
  /**
   * Attempts of earlier sessions at a question without a stored exchange, returned once. Billed attempts keep
   * their usage; attempts without a response count as lost.
   */
  unfiled?(address: Address): readonly UnusedAttempt[];
}
