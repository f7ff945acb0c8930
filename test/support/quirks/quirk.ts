import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { AnswerKind } from "../../../src/core/answer/answer.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireRequest } from "../loopback-answers.ts";
import type { WireAnswer } from "../loopback-wire.ts";

/** One behaviour of a real provider: what it sends, and what is right to make of it. */
export interface Quirk {
  readonly id: string;
  readonly provider: string;
  readonly what: string;
  /** A public report (`owner/repo#123`) or the title of a page of documentation. */
  readonly source: string;
  /** Model asked for, provider, retries … where the defaults of `modelSpec` do not show the behaviour. */
  readonly spec?: Partial<ModelSpec>;
  /** What the user set. */
  readonly parameters?: ModelParameters;
  /** Messages asked with; default: one of the user. `system`: one of the system before it. */
  readonly hasSystem?: boolean;
  /** Calls made one after the other; what is expected holds for the last. Default: 1. */
  readonly calls?: number;
  /** Undefined: the loopback server answers `ok` as OpenAI would. */
  readonly respond: (request: WireRequest, index: number) => WireAnswer | undefined;
  readonly expect: Expected;
}

/** What must come out of it. A member that is absent is not looked at, but for `requests`. */
export interface Expected {
  /** Several: either is a fair reading. */
  readonly kind?: AnswerKind | readonly AnswerKind[];
  readonly text?: string;
  /** null: there must be none. */
  readonly reasoning?: string | null;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number };
  /** Tokens were counted or estimated, and neither side is below this. */
  readonly atLeast?: { readonly inputTokens: number; readonly outputTokens: number };
  readonly isEstimated?: boolean;
  readonly error?: {
    /** Kind of the ModelError. */
    readonly kind: string | readonly string[];
    readonly isFatal?: boolean;
    /** What the message must and must not say. */
    readonly matches?: RegExp;
    readonly hides?: RegExp;
  };
  /** Requests that reached the server: exactly, or least and most. */
  readonly requests: number | readonly [number, number];
  /** How many of them a provider bills. Checked against what the stack reports as answered, unused and lost. */
  readonly billable?: number;
  /** Tokens booked for attempts that brought nothing, all together. */
  readonly unusedTokens?: { readonly inputTokens: number; readonly outputTokens: number };
  /** Least total waiting in milliseconds; no more than half as much again is waited. */
  readonly waitsMs?: number;
  /** Most total waiting in milliseconds, where it is not bounded by `waitsMs`. */
  readonly waitsAtMostMs?: number;
  /** Members of the last request: undefined means that it must not be there. */
  readonly lastRequest?: Readonly<Record<string, unknown>>;
  /** Names that the completion must give as adapted. */
  readonly adapted?: readonly string[];
}
