import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import { readChatMessage } from "../../openai/read-messages.ts";
import { asText, unpacked } from "../attribute-values.ts";

/** A message of `gen_ai.prompt.N.*` or `gen_ai.completion.N.*`. */
export function flatMessage(entry: JsonObject, role: string): ChatMessage {
  const calls = (
    Array.isArray(entry["tool_calls"]) ? (entry["tool_calls"] as readonly JsonValue[]) : []
  ).filter(isJsonObject);
  const named = entry["function_call"];
  const all = calls.length === 0 && isJsonObject(named) ? [named] : calls;
  return readChatMessage({
    role: asText(entry["role"]) ?? role,
    content: contentOf(entry["content"]),
    ...(entry["tool_call_id"] === undefined ? {} : { tool_call_id: asText(entry["tool_call_id"]) ?? "" }),
    ...(all.length === 0
      ? {}
      : {
          tool_calls: all.map((call) => ({
            id: asText(call["id"]) ?? "",
            type: "function",
            function: { name: asText(call["name"]) ?? "", arguments: asText(call["arguments"]) ?? "{}" },
          })),
        }),
  });
}

/** Parts of a message are written as the JSON of their list; of texts alone the text is meant. */
function contentOf(content: JsonValue | undefined): JsonValue {
  if (typeof content !== "string" || !/^\[\s*\{/.test(content)) return content ?? null;
  const parts = unpacked(content);
  if (!Array.isArray(parts) || !parts.every((part) => isJsonObject(part) && "type" in part)) return content;
  const texts = (parts as readonly JsonObject[]).map(({ type, text }) =>
    type === "text" ? text : undefined,
  );
  return texts.every((text) => typeof text === "string") ? texts.join("") : parts;
}
