import type { ToolCall } from "../prompt/message.ts";

/** What the end of an answer means, whoever reports it. */
export type FinishMeaning = "stop" | "length" | "filter" | "refusal" | "error" | "unfinished";

/**
 * The names that providers, gateways and tracing tools give to the end of an answer. OpenAI's own come first;
 * Gemini's compatible endpoint passes its own upper-case names on, sometimes behind a prefix
 * (`content_filter: RECITATION`).
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

/** Undefined without a reason; reasons that nobody knows count as an ordinary end. */
export function finishMeaning(reason: string | null | undefined): FinishMeaning | undefined {
  if (reason === null || reason === undefined || reason.trim() === "") return undefined;
  const name = reason
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[_.]/, "")
    .replace(/[\s-]+/g, "_");
  return meanings.find(([, names]) => names.test(name))?.[0] ?? "stop";
}

/**
 * What a model's answer is. Decided in one place, `read-answer.ts`:
 * - `text`, `tool_calls`: an answer;
 * - `empty`: nothing was written and no tool called;
 * - `refusal`: the model declined; `text` holds its words;
 * - `cut_off`: ended by the length limit, or inside its thinking; `text` holds what came;
 * - `filtered`: withheld by a content filter.
 */
export type AnswerKind = "text" | "tool_calls" | "empty" | "refusal" | "cut_off" | "filtered";

/** An answer without its thinking. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly text: string;
  /** The thinking that came before or beside the answer; absent without any. */
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
}

/** Kinds that are no answer to learn from or to keep. */
const unusableKinds: ReadonlySet<AnswerKind> = new Set(["empty", "refusal", "cut_off", "filtered"]);

/** May a dataset row be made of an answer of this kind? */
export function isUsable(kind: AnswerKind): boolean {
  return !unusableKinds.has(kind);
}
