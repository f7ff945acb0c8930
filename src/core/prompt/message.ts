import type { JsonObject, JsonValue } from "../data/json.ts";

/** A tool call by a model; `arguments` is the JSON text that the model wrote. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One chat message of a request. */
export interface ChatMessage {
  readonly role: string;
  /** Text, or OpenAI content parts (images …), which are passed through. */
  readonly content: string | readonly JsonObject[] | null;
  readonly name?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolCallId?: string;
  /** The model's explanation if it declined to answer. */
  readonly refusal?: string;
}

/** The text of a message, without parts of other kinds. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  if (message.content === null) return "";
  return message.content.map((part) => (typeof part["text"] === "string" ? part["text"] : "")).join("");
}

/** Whether a template variable holds the messages of a conversation: `[{role, content}, …]`. */
export function isMessageList(value: JsonValue | undefined): value is readonly JsonObject[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item) =>
        typeof item === "object" && item !== null && !Array.isArray(item) && typeof item["role"] === "string",
    )
  );
}
