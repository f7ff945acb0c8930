import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { AnswerKind } from "../../../src/core/answer/answer.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireRequest } from "../loopback-answers.ts";
import type { WireAnswer } from "../loopback-wire.ts";

/** One behavior of a real provider: its response and the correct reaction. */
export interface Quirk {
  readonly id: string;
  readonly provider: string;
  readonly what: string;
  /** A public report (`owner/repo#123`) or the title of a documentation page. */
  readonly source: string;
  /** Requested model, provider, retries … if the defaults of `modelSpec` do not show the behavior. */
  readonly spec?: Partial<ModelSpec>;
  /** The user's settings. */
  readonly parameters?: ModelParameters;
  /** Messages of the request; default: one user message. `system`: one system message before it. */
  readonly hasSystem?: boolean;
  /** Number of consecutive calls; the expectation applies to the last. Default: 1. */
  readonly calls?: number;
  /** If undefined, the loopback server answers `ok` like OpenAI. */
  readonly respond: (request: WireRequest, index: number) => WireAnswer | undefined;
  readonly expect: Expected;
}

/** The expected outcome. Absent members are not checked, except `requests`. */
export interface Expected {
  /** Several: either is a valid reading. */
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
    /** What the message must and must not contain. */
    readonly matches?: RegExp;
    readonly hides?: RegExp;
  };
  /** Requests that reached the server: an exact number, or minimum and maximum. */
  readonly requests: number | readonly [number, number];
  /** Number of requests billed. Checked against the stack's reports of answered, unused and lost attempts. */
  readonly billable?: number;
  /** Total tokens recorded for attempts without an answer. */
  readonly unusedTokens?: { readonly inputTokens: number; readonly outputTokens: number };
  /** Minimum total wait in milliseconds; the maximum is half as much again. */
  readonly waitsMs?: number;
  /** Maximum total wait in milliseconds, if not bounded by `waitsMs`. */
  readonly waitsAtMostMs?: number;
  /** Members of the last request; undefined means that it must be absent. */
  readonly lastRequest?: Readonly<Record<string, unknown>>;
  /** Names that the completion must report as adapted. */
  readonly adapted?: readonly string[];
}
