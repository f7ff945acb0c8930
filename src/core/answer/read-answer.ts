import type { ToolCall } from "../prompt/message.ts";
import { type Answer, type AnswerKind, type FinishMeaning, finishMeaning } from "./answer.ts";
import { joinTexts, readContent, textOf } from "./read-content.ts";
import { splitReasoning } from "./split-reasoning.ts";

/** The parts of one answer, whatever names the provider uses. */
interface AnswerParts {
  /** Text, a list of parts, or null. */
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** Reasoning sent beside the content. */
  readonly reasoning?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  /** The provider's own finish reason. */
  readonly finishReason?: string | null | undefined;
  /** Whether the provider reports that a filter withheld content. */
  readonly isFiltered?: boolean;
}

export interface ReadAnswerOptions {
  /** `reasoning: keep` of a model: leave the reasoning in the text. */
  readonly keepsReasoning?: boolean;
}

/** Decides the kind of a provider's answer. This is the only place that does. */
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

/** The answer behind its reasoning, in tags if the provider sent the reasoning separately. */
function keptText(apart: readonly string[], written: string, refusal: string, kind: AnswerKind): string {
  const thoughts = apart.map((text) => `<think>\n${text}\n</think>\n\n`).join("");
  return `${thoughts}${kind === "refusal" && written.trim() === "" ? refusal : written}`;
}
