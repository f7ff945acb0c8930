import type { ToolCall } from "../prompt/message.ts";
import { type Answer, type AnswerKind, type FinishMeaning, finishMeaning } from "./answer.ts";
import { joinTexts, readContent, textOf } from "./read-content.ts";
import { splitReasoning } from "./split-reasoning.ts";

/** What a provider sent as one answer, under any of the names in use. */
interface AnswerParts {
  /** Text, a list of parts, or null. */
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** The thinking that stands beside the content. */
  readonly reasoning?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  /** As the provider says it. */
  readonly finishReason?: string | null | undefined;
  /** The provider says that a filter withheld something. */
  readonly isFiltered?: boolean;
}

export interface ReadAnswerOptions {
  /** `reasoning: keep` of a model: the thinking stays in the text. */
  readonly keepsReasoning?: boolean;
}

/** Reads an answer by the table of kinds: the only place that decides what a provider's answer is. */
export function readAnswer(parts: AnswerParts, { keepsReasoning = false }: ReadAnswerOptions = {}): Answer {
  const written = readContent(parts.content);
  const refusal = textOf(parts.refusal) || written.refusal;
  const split = splitReasoning(written.text);
  const apart = [textOf(parts.reasoning), written.reasoning].filter((text) => text.trim() !== "");
  const reasoning = joinTexts([...apart, split.reasoning ?? ""]);
  const toolCalls = parts.toolCalls ?? [];
  const kind = kindOf({
    text: split.text,
    refusal,
    isOpen: split.isOpen,
    hasCalls: toolCalls.length > 0,
    isFiltered: parts.isFiltered === true,
    finish: finishMeaning(parts.finishReason),
  });
  const answered = kind === "refusal" ? refusal || split.text : split.text;
  const kept = keepsReasoning ? keptText(apart, written.text, refusal, kind) : answered;
  return Object.freeze({ kind, text: kept, toolCalls, ...(reasoning === "" ? {} : { reasoning }) });
}

interface Signs {
  readonly text: string;
  readonly refusal: string;
  readonly isOpen: boolean;
  readonly hasCalls: boolean;
  readonly isFiltered: boolean;
  readonly finish: FinishMeaning | undefined;
}

function kindOf({ text, refusal, isOpen, hasCalls, isFiltered, finish }: Signs): AnswerKind {
  const isBlank = text.trim() === "";
  if (finish === "refusal") return refusal === "" && isBlank ? "filtered" : "refusal";
  if (finish === "filter") return "filtered";
  if (finish === "length" || (isOpen && !hasCalls)) return "cut_off";
  if (hasCalls) return "tool_calls";
  if (refusal.trim() !== "") return "refusal";
  if (!isBlank) return "text";
  return isFiltered ? "filtered" : "empty";
}

/** The answer with its thinking in front, in tags where it came apart from the text. */
function keptText(apart: readonly string[], written: string, refusal: string, kind: AnswerKind): string {
  const thoughts = apart.map((text) => `<think>\n${text}\n</think>\n\n`).join("");
  return `${thoughts}${kind === "refusal" && written.trim() === "" ? refusal : written}`;
}
