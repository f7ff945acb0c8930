import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../core/prompt/message.ts";
import { asText } from "./attribute-values.ts";

/** Members that a block of Bedrock's Converse API has instead of a type. */
const kinds = /^(text|toolUse|toolResult|image|document|video|reasoningContent|cachePoint|guardContent)$/;

/** Whether the parts are blocks of Bedrock's Converse API, as Strands writes them: one member names the kind. */
export function isConverse(parts: readonly JsonValue[]): boolean {
  return (
    parts.length > 0 &&
    parts.every((part) => {
      if (!isJsonObject(part) || "type" in part) return false;
      const names = Object.keys(part);
      return names.length === 1 && kinds.test(names[0] ?? "");
    })
  );
}

/** The message in such blocks. Several results of tools become one message each. */
export function converseMessages(role: string, parts: readonly JsonValue[]): readonly ChatMessage[] {
  const blocks = parts.filter(isJsonObject);
  const results = blocks.flatMap(({ toolResult }) =>
    isJsonObject(toolResult) ? [resultOf(toolResult)] : [],
  );
  const toolCalls = blocks.flatMap(({ toolUse }) => (isJsonObject(toolUse) ? [callOf(toolUse)] : []));
  const rest = blocks.flatMap(partOf);
  if (rest.length === 0 && toolCalls.length === 0) return results;
  const texts = rest.map(({ type, text }) => (type === "text" ? asText(text) : undefined));
  const isText = texts.every((text) => text !== undefined);
  return [
    {
      role,
      content: rest.length === 0 ? null : isText ? texts.join("") : rest,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    },
    ...results,
  ];
}

function partOf(block: JsonObject): readonly JsonObject[] {
  if ("toolUse" in block || "toolResult" in block || "cachePoint" in block) return [];
  if (typeof block["text"] === "string") return [{ type: "text", text: block["text"] }];
  const thought = block["reasoningContent"];
  if (!isJsonObject(thought)) return [block];
  const inner = isJsonObject(thought["reasoningText"]) ? thought["reasoningText"] : thought;
  return [{ type: "reasoning", text: asText(inner["text"]) ?? "" }];
}

function callOf({ toolUseId, name, input }: JsonObject): ToolCall {
  return { id: asText(toolUseId) ?? "", name: asText(name) ?? "", arguments: asText(input) ?? "{}" };
}

function resultOf({ toolUseId, content }: JsonObject): ChatMessage {
  const list = Array.isArray(content) ? (content as readonly JsonValue[]) : [content ?? null];
  const texts = list.map((item) =>
    isJsonObject(item) ? asText(item["text"] ?? item["json"] ?? item) : asText(item),
  );
  return { role: "tool", content: texts.join(""), toolCallId: asText(toolUseId) ?? "" };
}
