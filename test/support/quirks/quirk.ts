import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { AnswerKind } from "../../../src/core/answer/answer.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireRequest } from "../loopback-answers.ts";
import type { WireAnswer } from "../loopback-wire.ts";

/** One behavior of a real provider: its answer, and the right reaction. */
export interface Quirk {
  readonly id: string;
  readonly provider: string;
  readonly what: string;
  /** A public report (`owner/repo#123`) or the title of a documentation page. */
  readonly source: string;
  /** Model, provider, retries … if the defaults of `modelSpec` do not show the behavior. */
  readonly spec?: Partial<ModelSpec>;
  /** The user's parameters. */
  readonly parameters?: ModelParameters;
  /** Adds a system message before the user's. */
  readonly hasSystem?: boolean;
  /** Number of sequential calls; the expectation applies to the last. Default: 1. */
  readonly calls?: number;
  /** Undefined: the loopback server answers `ok` as OpenAI would. */
  readonly respond: (request: WireRequest, index: number) => WireAnswer | undefined;
  readonly expect: Expected;
}

/** The expected result. Absent members are not checked, except for `requests`. */
export interface Expected {
  /** Several: any of them is acceptable. */
  readonly kind?: AnswerKind | readonly AnswerKind[];
  readonly text?: string;
  /** null: there must be none. */
  readonly reasoning?: string | null;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly usage?: { readonly inputTokens?: number; readonly outputTokens?: number };
  /** Counted or estimated tokens are at least these. */
  readonly atLeast?: { readonly inputTokens: number; readonly outputTokens: number };
  readonly isEstimated?: boolean;
  readonly error?: {
    /** Kind of the ModelError. */
    readonly kind: string | readonly string[];
    readonly isFatal?: boolean;
    /** Pattern that the message must match. */
    readonly matches?: RegExp;
    readonly hides?: RegExp;
  };
  /** Requests that reached the server: exact number, or minimum and maximum. */
  readonly requests: number | readonly [number, number];
  /**
   * Number of billed requests. Compared with the answered, unused and lost attempts that the stack reports.
   */
  readonly billable?: number;
  /** Total tokens booked for attempts without a usable answer. */
  readonly unusedTokens?: { readonly inputTokens: number; readonly outputTokens: number };
  /** Minimum total waiting in milliseconds; the maximum is one and a half times that. */
  readonly waitsMs?: number;
  /** Maximum total waiting in milliseconds, if not bounded by `waitsMs`. */
  readonly waitsAtMostMs?: number;
  /** Members of the last request; undefined means that it must be absent. */
  readonly lastRequest?: Readonly<Record<string, unknown>>;
  /** Names that the completion must list as adapted. */
  readonly adapted?: readonly string[];
}
