import { readAnswer } from "../../core/answer/read-answer.ts";
import { joinTexts } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import type { Trace, TraceUsage } from "../../core/trace.ts";

/** A part of a message in a provider's own protocol. */
export type NativePart =
  | { readonly text: string }
  | { readonly thought: string }
  | { readonly call: ToolCall }
  | { readonly result: { readonly id: string; readonly content: ChatMessage["content"] } }
  /** An image or a file, as a content part of OpenAI's format. */
  | { readonly other: JsonObject };

/**
 * The messages of one turn in a provider's own protocol. Results of tools become messages of their own, before
 * the rest of the turn.
 */
export function messagesOfParts(role: string, parts: readonly NativePart[]): readonly ChatMessage[] {
  const results = parts.flatMap((part): ChatMessage[] =>
    "result" in part ? [{ role: "tool", content: part.result.content, toolCallId: part.result.id }] : [],
  );
  const calls = parts.flatMap((part) => ("call" in part ? [part.call] : []));
  const thought = joinTexts(parts.flatMap((part) => ("thought" in part ? [part.thought] : [])));
  const content = contentOfParts(parts);
  if (content === null && calls.length === 0 && (results.length > 0 || thought === "")) return results;
  const message = {
    role,
    content,
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(thought === "" ? {} : { reasoning_content: thought }),
  };
  return [...results, message];
}

/** Text if there is no other content, otherwise OpenAI's content parts; null if empty. */
export function contentOfParts(parts: readonly NativePart[]): ChatMessage["content"] {
  const shown = parts.flatMap((part): JsonObject[] =>
    "text" in part ? [{ type: "text", text: part.text }] : "other" in part ? [part.other] : [],
  );
  if (shown.length === 0) return null;
  const [only] = shown;
  return shown.length === 1 && only?.["type"] === "text" ? String(only["text"]) : shown;
}

interface NativeAnswer {
  readonly parts: readonly NativePart[];
  readonly finishReason?: string | undefined;
  readonly usage?: TraceUsage | undefined;
  /** The body of the answer, stored whole. */
  readonly body: JsonValue;
}

type AnswerFields = Pick<
  Trace,
  "output" | "outputMessage" | "toolCalls" | "reasoning" | "finishReason" | "usage" | "providerResponse"
>;

/** The trace fields of an answer in a provider's own protocol. */
export function answerOfParts({ parts, finishReason, usage, body }: NativeAnswer): AnswerFields {
  const content = contentOfParts(parts);
  const toolCalls = parts.flatMap((part) => ("call" in part ? [part.call] : []));
  const thought = joinTexts(parts.flatMap((part) => ("thought" in part ? [part.thought] : [])));
  const read = readAnswer({ content, reasoning: thought, toolCalls, finishReason });
  const kept = Array.isArray(content) && content.some(({ type }) => type !== "text") ? content : read.text;
  return {
    output: content === null ? null : read.text,
    outputMessage: {
      role: "assistant",
      content: kept === "" ? null : kept,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    },
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(read.reasoning === undefined ? {} : { reasoning: read.reasoning }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(usage === undefined ? {} : { usage }),
    providerResponse: body,
  };
}

/** Arguments of a tool call as JSON text. */
export function argumentsText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {});
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** Members of a request without the named ones; undefined if there are none. */
export function parametersBeside(body: JsonObject, ...taken: readonly string[]): JsonObject | undefined {
  const rest = Object.entries(body).filter(([name, value]) => !taken.includes(name) && value !== null);
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
