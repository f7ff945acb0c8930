import type { ToolCall } from "../prompt/message.ts";

/**
 * The kind of a model's answer. Only `read-answer.ts` decides it:
 * - `text`, `tool_calls`: a usable answer;
 * - `empty`: no text and no tool call;
 * - `refusal`: the model declined; `text` holds the refusal;
 * - `cut_off`: stopped by the length limit or inside the reasoning; `text` holds the partial answer;
 * - `filtered`: withheld by a content filter.
 */
export type AnswerKind = "text" | "tool_calls" | "empty" | "refusal" | "cut_off" | "filtered";

/** An answer without its reasoning. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly text: string;
  /** The reasoning before or beside the answer; absent if there is none. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
}

/** Kinds that datasets and caches do not keep. */
const unusableKinds: ReadonlySet<AnswerKind> = new Set(["empty", "refusal", "cut_off", "filtered"]);

/** Whether a dataset row may be built from an answer of this kind. */
export function isUsable(kind: AnswerKind): boolean {
  return !unusableKinds.has(kind);
}

/** The meaning of a finish reason, across providers. */
export type FinishMeaning = "stop" | "length" | "filter" | "refusal" | "error" | "unfinished";

/**
 * Finish reasons of providers, gateways and tracing tools. OpenAI's own come first. Gemini's compatible
 * endpoint forwards its own upper-case names, sometimes behind a prefix (`content_filter: RECITATION`).
 */
const meanings: readonly (readonly [FinishMeaning, RegExp])[] = [
  [
    "length",
    /^(length|max_(output_|completion_)?tokens|max_length|max_len|model_length|max_context|(model_)?context_(window|length)_exceeded|stopped_limit|error_limit)$/,
  ],
  [
    "filter",
    /^(content_filter(ed|_error)?|safety|(image_)?(safety|recitation|prohibited_content)|recitation|blocklist|prohibited_content|blocked_reason_unspecified|spii|sensitive|guardrail_intervened|guardrails?|model_armor|error_toxic)(_|\b|$)/,
  ],
  ["refusal", /^refusal$/],
  [
    "error",
    /^(error(_\w+)?|abort(ed)?|failed|cancelled|canceled|network_error|server_error|insufficient_system_resource)$/,
  ],
  ["unfinished", /^(in_progress|queued)$/],
];

/** Undefined if there is no reason. Unknown reasons count as a normal stop. */
export function finishMeaning(reason: string | null | undefined): FinishMeaning | undefined {
  if (reason === null || reason === undefined || reason.trim() === "") return undefined;
  const name = reason
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[_.]/, "")
    .replace(/[\s-]+/g, "_");
  return meanings.find(([, names]) => names.test(name))?.[0] ?? "stop";
}
