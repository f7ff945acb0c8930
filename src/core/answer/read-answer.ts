import { isJsonObject, type JsonObject } from "../json.ts";
import type { ToolCall } from "../message.ts";
import type { Answer, AnswerKind } from "./answer.ts";
import { splitReasoning } from "./split-reasoning.ts";

/** What a provider sent as one answer, under any of the names in use. */
export interface AnswerParts {
  /** Text, a list of parts, or null. */
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** `reasoning_content` or `reasoning` of the message. */
  readonly reasoning?: unknown;
  readonly toolCalls?: readonly ToolCall[];
  /** As the provider says it. */
  readonly finishReason?: string | null | undefined;
}

export interface ReadOptions {
  /** `reasoning: keep` of a model: the thinking stays in the text. */
  readonly keepsReasoning?: boolean;
}

const cutOffReasons = /^(length|max_tokens|max_output_tokens|model_length|model_context_window_exceeded)$/i;
const filterReasons =
  /^(content_filter|content-filter|safety|recitation|blocklist|prohibited_content|spii|guardrail_intervened|refusal)$/i;

/** Reads an answer by the table of kinds: the only place that decides what a provider's answer is. */
export function readAnswer(parts: AnswerParts, { keepsReasoning = false }: ReadOptions = {}): Answer {
  const written = contentOf(parts.content);
  const refusal = textOf(parts.refusal) || written.refusal;
  const split = splitReasoning(written.text);
  const apart = [textOf(parts.reasoning), written.reasoning].filter((text) => text !== "");
  const reasoning = [...apart, split.reasoning ?? ""].filter((text) => text !== "").join("\n\n");
  const toolCalls = parts.toolCalls ?? [];
  const kind = kindOf({
    text: split.text,
    refusal,
    isOpen: split.isOpen,
    hasCalls: toolCalls.length > 0,
    finishReason: parts.finishReason ?? "",
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
  readonly finishReason: string;
}

function kindOf({ text, refusal, isOpen, hasCalls, finishReason }: Signs): AnswerKind {
  if (finishReason.toLowerCase() === "refusal" && (refusal !== "" || text.trim() !== "")) return "refusal";
  if (filterReasons.test(finishReason)) return "filtered";
  if (cutOffReasons.test(finishReason) || (isOpen && !hasCalls)) return "cut_off";
  if (hasCalls) return "tool_calls";
  if (refusal !== "") return "refusal";
  return text.trim() === "" ? "empty" : "text";
}

/** The answer with its thinking in front, in tags where it came apart from the text. */
function keptText(apart: readonly string[], written: string, refusal: string, kind: AnswerKind): string {
  const thoughts = apart.map((text) => `<think>\n${text}\n</think>\n\n`).join("");
  return `${thoughts}${kind === "refusal" && written.trim() === "" ? refusal : written}`;
}

interface Written {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
}

/** Text and thinking of a message's content: a text, or a list of parts. */
function contentOf(content: unknown): Written {
  if (typeof content === "string") return { text: content, reasoning: "", refusal: "" };
  if (!Array.isArray(content)) return { text: "", reasoning: "", refusal: "" };
  const parts = content.map((part: unknown) => (typeof part === "string" ? { text: part } : part));
  const objects = parts.filter(isJsonObject);
  const isThought = ({ type }: JsonObject) => /^(redacted_)?(thinking|reasoning)/.test(String(type ?? ""));
  const join = (texts: readonly string[], by: string) => texts.filter((text) => text !== "").join(by);
  return {
    text: join(
      objects.filter((part) => !isThought(part)).map(({ text }) => textOf(text)),
      "",
    ),
    reasoning: join(objects.filter(isThought).map(thoughtOf), "\n\n"),
    refusal: join(
      objects.map(({ refusal }) => textOf(refusal)),
      "",
    ),
  };
}

/** `{thinking}`, `{reasoning}`, `{text}` or `{summary: [{text}]}`, each a text or a list of texts. */
function thoughtOf(part: JsonObject): string {
  return textOf(part["thinking"] ?? part["reasoning"] ?? part["text"] ?? part["summary"]);
}

/** A text, or the texts of a list of parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return value
    .map((part: unknown) =>
      isJsonObject(part) ? textOf(part["text"]) : typeof part === "string" ? part : "",
    )
    .join("");
}
