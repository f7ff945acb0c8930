import type { JsonObject } from "../../../src/core/data/json.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireAnswer } from "../loopback-wire.ts";

/** A model's answer, whatever protocol carries it. */
export interface NeutralAnswer {
  readonly text?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly input: object }[];
  /** Default: `stop`, or `tool_calls` with tool calls. */
  readonly end?: "stop" | "length" | "filter" | "refusal" | "tool_calls";
  readonly usage?: NeutralUsage;
}

export interface NeutralUsage {
  /** All input tokens, cached ones included. */
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  /** All output tokens, reasoning included. */
  readonly output: number;
  readonly reasoning: number;
}

/** What a request asks for, whatever protocol carries it. Absent members were not sent. */
export interface NeutralRequest {
  readonly system: string;
  /** Role and text of each turn; calls and results of tools and files as short words. */
  readonly turns: readonly string[];
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly tools: readonly string[];
  /** The setting for thinking as the protocol writes it. */
  readonly thinking?: unknown;
  /** Marks of cached prefixes. */
  readonly cacheMarks: number;
}

export type ProtocolError =
  | "auth"
  | "rate_limit"
  | "overloaded"
  | "server"
  | "quota"
  | "model_not_found"
  | "too_long"
  | "refused_parameter";

/** One provider's own protocol, written after its documentation and not with its package. */
export interface Protocol {
  /** Name of the provider in a config. */
  readonly provider: string;
  readonly model: string;
  /** `other.provider_options` of the config. */
  readonly options?: JsonObject;
  /** Path below the server's origin that a config gives as base_url. */
  readonly basePath: string;
  /** The variable of the key, as messages name it. */
  readonly keyVariable: string;
  /** The key in the headers of a request; undefined if there is none. */
  readonly keyIn: (headers: Readonly<Record<string, unknown>>) => string | undefined;
  readonly path: RegExp;
  readonly isStreamed: (path: string, body: Readonly<Record<string, unknown>>) => boolean;
  readonly read: (body: Readonly<Record<string, unknown>>) => NeutralRequest;
  readonly whole: (answer: NeutralAnswer) => WireAnswer;
  /** A streamed answer; `isCut` leaves out its end. */
  readonly stream: (answer: NeutralAnswer, isCut?: boolean) => WireAnswer | Buffer;
  /** An error in the middle of a stream, after the text. */
  readonly brokenStream: (text: string) => WireAnswer | Buffer;
  /** Errors with the page or report that shows them. */
  readonly errors: Readonly<Record<ProtocolError, WireAnswer>>;
  /** What `refused_parameter` refuses: the member as reported, and the parameters that send it. */
  readonly refused: { readonly member: string; readonly parameters: ModelParameters };
  /** Milliseconds that the rate limit of `errors` asks for; undefined if it does not say. */
  readonly waitMs: number | undefined;
  /** Whether the package reads how many tokens came from a cache. */
  readonly countsCached: boolean;
  /** Whether usage has the tokens of reasoning. */
  readonly countsReasoning: boolean;
  /** Whether usage has the number of tokens written to a cache. */
  readonly countsWritten: boolean;
}

export const defaultUsage: NeutralUsage = { input: 20, cached: 0, written: 0, output: 5, reasoning: 0 };

/** Two pieces, so that a stream has more than one. */
export function pieces(text: string): readonly string[] {
  const half = Math.ceil(text.length / 2);
  return [text.slice(0, half), text.slice(half)].filter((piece) => piece !== "");
}

export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
}

/** How an answer ends. */
export function endOf({ end, toolCalls }: NeutralAnswer): NonNullable<NeutralAnswer["end"]> {
  return end ?? (toolCalls === undefined ? "stop" : "tool_calls");
}
