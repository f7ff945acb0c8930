import type { ToolCall } from "../prompt/message.ts";

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
