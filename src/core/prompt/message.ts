import type { JsonObject, JsonValue } from "../data/json.ts";

/** A tool call as the model asked for it; `arguments` is the JSON text the model wrote. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One chat message as it goes to a model. */
export interface ChatMessage {
  readonly role: string;
  /** Text, or OpenAI content parts (images …), passed through. */
  readonly content: string | readonly JsonObject[] | null;
  readonly name?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolCallId?: string;
  /** What a model said in place of an answer that it declined to give. */
  readonly refusal?: string;
}

/** The text of a message; parts that are not text are left out. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  if (message.content === null) return "";
  return message.content.map((part) => (typeof part["text"] === "string" ? part["text"] : "")).join("");
}

/** The messages of a conversation given as a template variable: `[{role, content}, …]`. */
export function isMessageList(value: JsonValue | undefined): value is readonly JsonObject[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item) =>
        typeof item === "object" && item !== null && !Array.isArray(item) && typeof item["role"] === "string",
    )
  );
}
