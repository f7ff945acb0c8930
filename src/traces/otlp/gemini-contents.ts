import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import { asText } from "./attribute-values.ts";

/**
 * Messages of Gemini's `contents` (`{role, parts}`), with keys in snake_case or camelCase. A response to a
 * function becomes a message of role `tool`.
 */
export function geminiMessages(contents: JsonValue | undefined, role = "user"): readonly ChatMessage[] {
  const list: readonly JsonValue[] = Array.isArray(contents) ? contents : contents == null ? [] : [contents];
  return list.flatMap((content) => messagesOf(content, role));
}

function messagesOf(content: JsonValue, otherwise: string): readonly ChatMessage[] {
  if (typeof content === "string") return [{ role: otherwise, content }];
  if (!isJsonObject(content)) return [];
  // A part without a content around it.
  if (!("parts" in content)) return messagesOf({ parts: [content] }, otherwise);
  const given = content["role"];
  const role = given === "model" ? "assistant" : typeof given === "string" ? given : otherwise;
  const parts = (Array.isArray(content["parts"]) ? (content["parts"] as readonly JsonValue[]) : []).map(
    (part): JsonObject => (isJsonObject(part) ? part : { text: part }),
  );
  const toolCalls = parts.flatMap((part) => callOf(objectAt(part, "function_call", "functionCall")));
  const results = parts.flatMap((part) => resultOf(objectAt(part, "function_response", "functionResponse")));
  const rest = parts.flatMap(contentPart);
  if (rest.length === 0 && toolCalls.length === 0) return results;
  const isText = rest.every(({ type }) => type === "text");
  const text = rest.map(({ text: one }) => asText(one) ?? "").join("");
  return [
    {
      role,
      content: rest.length === 0 ? null : isText ? text : rest,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    },
    ...results,
  ];
}

function contentPart(part: JsonObject): readonly JsonObject[] {
  const { text, thought } = part;
  if (typeof text === "string") return [{ type: thought === true ? "reasoning" : "text", text }];
  const data = objectAt(part, "inline_data", "inlineData");
  if (data !== undefined) {
    const type = asText(data["mime_type"] ?? data["mimeType"]) ?? "application/octet-stream";
    const url = `data:${type};base64,${asText(data["data"]) ?? ""}`;
    return type.startsWith("image/") ? [{ type: "image_url", image_url: { url } }] : [part];
  }
  const isCall = ["function_call", "functionCall", "function_response", "functionResponse"].some(
    (name) => part[name] != null,
  );
  return isCall || Object.values(part).every((value) => value === null) ? [] : [part];
}

function callOf(call: JsonObject | undefined): readonly ToolCall[] {
  if (call === undefined) return [];
  const { id, name, args } = call;
  return [{ id: asText(id) ?? "", name: asText(name) ?? "", arguments: asText(args) ?? "{}" }];
}

function resultOf(result: JsonObject | undefined): readonly ChatMessage[] {
  if (result === undefined) return [];
  const { id, name, response } = result;
  return [{ role: "tool", content: asText(response) ?? null, toolCallId: asText(id) ?? asText(name) ?? "" }];
}

function objectAt(part: JsonObject, ...names: readonly string[]): JsonObject | undefined {
  return names.map((name) => part[name]).find(isJsonObject);
}
