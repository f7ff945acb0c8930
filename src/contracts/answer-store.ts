import type { JsonObject } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { ModelParameters } from "../core/prompt/prompt.ts";
import type { Price, TokenUsage } from "../core/usage.ts";
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
  /** USD per million tokens when the answer was paid for; absent when it was unknown. */
  readonly price?: Price;
  /**
   * The answer was cut off under the larger limit that a flag of the session set: it stands in a session with the same
   * limit, and is asked for again in any other.
   */
  readonly isProvisional?: true;
  /** The limit that cut a provisional answer off, in output tokens. */
  readonly maxOutputTokens?: number;
  /** Attempts after the first. */
  readonly retries?: number;
}

/** As ModelExchange, for a run of the user's application. */
export interface AgentExchange {
  readonly question: AgentQuestion;
  readonly answer?: AgentAnswer;
  readonly failure?: FailedAnswer;
  /** Runs that were started before and never came back. */
  readonly unused?: readonly UnusedAttempt[];
}

export type Exchange = ModelExchange | AgentExchange;

export function isModelExchange(exchange: Exchange): exchange is ModelExchange {
  return exchange.question.kind === "model";
}

/** An exchange found again, and where: in this run's own journal, or in the cache shared by runs. */
export interface FiledExchange {
  readonly exchange: Exchange;
  readonly origin: "journal" | "cache";
  /** Nothing may be asked anew (`--replay`): a provisional answer stands too. */
  readonly isReplayed?: true;
}

/** An attempt that is about to be sent. */
export interface SentAttempt {
  /** What is booked for it if it is never answered. */
  readonly estimate: TokenUsage;
  /** The model that is asked, when it is a fallback. */
  readonly answeredBy?: string;
}

/**
 * Attempts are written down before they are sent, so that a process that is killed loses no account of them.
 * An exchange that is filed closes all attempts at its question.
 */
export interface AttemptLog {
  /** Resolves when the attempt is safe and may be sent; rejects with StoreError. */
  sending(address: Address, attempt: SentAttempt): Promise<void>;
  /**
   * The attempt is over, and its answer will not be filed. `billed` is what it cost; absent when it cost
   * nothing. Must be called before a further attempt at the question is sent.
   */
  ended(address: Address, billed?: UnusedAttempt): void;
}

interface PutOptions {
  /** Other runs may take the answer too. */
  readonly isShared: boolean;
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
  /** Resolves when the exchange is safe. */
  put(address: Address, exchange: Exchange, options: PutOptions): Promise<void>;
  /** Absent where nothing is sent, or nobody resumes. */
  readonly attempts?: AttemptLog;
  /**
   * Attempts of earlier sessions at a question that no filed exchange accounts for, once: those that were
   * billed as they were, those that were never answered as lost ones.
   */
  unfiled?(address: Address): readonly UnusedAttempt[];
}
