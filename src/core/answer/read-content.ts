import { isJsonObject, type JsonObject } from "../data/json.ts";
import type { ToolCall } from "../prompt/message.ts";

/** The content of a message, split into its kinds. */
interface WrittenContent {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
}

/**
 * Reads the content of a message: a text or a list of parts. Reasoning parts are `{type: "thinking", thinking}`
 * (a text from Anthropic, a list of texts from Mistral), `{type: "reasoning", summary: [{text}]}` (Databricks,
 * responses endpoint), `{type: "reasoning_text", text}` and similar.
 */
export function readContent(content: unknown): WrittenContent {
  if (typeof content === "string") return { text: content, reasoning: "", refusal: "" };
  const list = Array.isArray(content) ? content : isJsonObject(content) ? [content] : [];
  const parts = list.map((part: unknown) => (typeof part === "string" ? { text: part } : part));
  const objects = parts.filter(isJsonObject);
  return {
    text: objects
      .filter((part) => !isThought(part))
      .map(({ text }) => textOf(text))
      .join(""),
    reasoning: joinTexts(objects.filter(isThought).map(thoughtOf)),
    refusal: objects.map(({ refusal }) => textOf(refusal)).join(""),
  };
}

/** Whether a content part is reasoning rather than answer. */
export function isThought({ type, thought }: JsonObject): boolean {
  return thought === true || /^(redacted_)?(thinking|reasoning|thought)/.test(String(type ?? ""));
}

/**
 * Reasoning sent beside the content of a message. Gateways repeat it under several of these names; the first
 * that is not empty counts.
 */
export function reasoningBeside(message: JsonObject): string {
  const named = ["reasoning_content", "reasoning", "reasoning_details", "thinking_blocks", "thinking"];
  return named.map((name) => besideText(message[name])).find((text) => text !== "") ?? "";
}

function besideText(value: unknown): string {
  if (typeof value === "string") return value;
  if (isJsonObject(value)) return thoughtOf(value);
  return Array.isArray(value) ? joinTexts(value.filter(isJsonObject).map(thoughtOf)) : "";
}

function thoughtOf(part: JsonObject): string {
  const held = [part["thinking"], part["reasoning"], part["text"], part["content"], part["summary"]];
  return held.map(textOf).find((text) => text !== "") ?? "";
}

/** A text, or the joined texts of a list of parts. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return value
    .map((part: unknown) =>
      isJsonObject(part) ? textOf(part["text"]) : typeof part === "string" ? part : "",
    )
    .join("");
}

export function joinTexts(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}

/**
 * Reads the `tool_calls` of a message: functions, and custom tools with text input. Anything but a list has
 * none.
 */
export function readToolCalls(calls: unknown): readonly ToolCall[] {
  if (!Array.isArray(calls)) return [];
  return calls.filter(isJsonObject).map((call) => {
    const called = [call["function"], call["custom"]].find(isJsonObject) ?? {};
    return toolCall(call["id"], called["name"], called["arguments"] ?? called["input"]);
  });
}

/** The `function_call` of a message, the predecessor of `tool_calls`. */
export function readFunctionCall(call: unknown): readonly ToolCall[] {
  if (!isJsonObject(call) || typeof call["name"] !== "string" || call["name"] === "") return [];
  return [toolCall("", call["name"], call["arguments"])];
}

/** A `function_call` or `custom_tool_call` item of the responses endpoint. */
export function readCalledItem(item: JsonObject): ToolCall {
  return toolCall(item["call_id"] ?? item["id"], item["name"], item["arguments"] ?? item["input"]);
}

/** Some servers send the arguments as an object instead of JSON text. */
function toolCall(id: unknown, name: unknown, given: unknown): ToolCall {
  return { id: textOr(id), name: textOr(name), arguments: textOr(given) };
}

function textOr(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
