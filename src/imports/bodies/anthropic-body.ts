import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace, TraceUsage } from "../../core/trace.ts";
import { recordedErrorFields } from "../../traces/error-fields.ts";
import { numberMember, objectMember, textMember } from "../json-members.ts";
import {
  answerOfParts,
  argumentsText,
  contentOfParts,
  messagesOfParts,
  type NativePart,
  objectsOf,
  parametersBeside,
} from "./native-parts.ts";

const ownBlocks: ReadonlySet<string> = new Set(
  "tool_use tool_result thinking redacted_thinking server_tool_use document search_result".split(" "),
);

/**
 * True for a request of Anthropic's Messages API. `model` and `messages` alone are OpenAI's too, so one of
 * Anthropic's own members, blocks or models must be there. Logs of Bedrock have no `model`.
 */
export function isAnthropicRequest(body: JsonObject): boolean {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isTurn)) return false;
  if (typeof body["anthropic_version"] === "string") return true;
  if (typeof body["model"] !== "string") return false;
  return (
    typeof body["system"] === "string" ||
    Array.isArray(body["system"]) ||
    /^(anthropic[./])?claude/i.test(body["model"]) ||
    ["stop_sequences", "top_k", "thinking"].some((name) => name in body) ||
    objectsOf(body["tools"]).some((tool) => "input_schema" in tool) ||
    objectsOf(messages).some(({ content }) => objectsOf(content).some(isOwnBlock))
  );
}

/** Turns are of the user or the assistant; the system prompt is not a message. */
function isTurn(value: JsonValue): boolean {
  if (!isJsonObject(value) || (value["role"] !== "user" && value["role"] !== "assistant")) return false;
  const { content } = value;
  const isBlocks = Array.isArray(content) && content.every((one: JsonValue) => isBlock(one));
  return (typeof content === "string" || isBlocks) && !("tool_calls" in value);
}

function isBlock(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value["type"] === "string" && value["type"] !== "image_url";
}

function isOwnBlock({ type, source }: JsonObject): boolean {
  return ownBlocks.has(String(type)) || (type === "image" && isJsonObject(source));
}

/** True for an answer of Anthropic's Messages API. */
export function isAnthropicAnswer(body: JsonObject): boolean {
  return body["type"] === "message" && body["role"] === "assistant" && Array.isArray(body["content"]);
}

/** True for the body of an error, `{type: "error", error: {type, message}}`. */
export function isAnthropicError(body: JsonObject): boolean {
  return body["type"] === "error" && isJsonObject(body["error"]);
}

type RequestFields = Pick<Trace, "messages" | "model" | "parameters" | "user">;

export function anthropicRequest(body: JsonObject): RequestFields {
  const system = partsOf(body["system"]);
  const turns = objectsOf(body["messages"]).flatMap(({ role, content }) =>
    messagesOfParts(typeof role === "string" ? role : "user", partsOf(content)),
  );
  const messages: readonly ChatMessage[] = [...messagesOfParts("system", system), ...turns];
  return {
    messages,
    ...defined({
      model: textMember(body, "model"),
      parameters: parametersBeside(body, "messages", "model", "system", "anthropic_version"),
      user: textMember(objectMember(body, "metadata") ?? {}, "user_id"),
    }),
  };
}

/** Reads an answer, the body of an error, or the list of events of a stream. */
export function anthropicAnswer(body: JsonObject) {
  if (isAnthropicError(body)) return { ...recordedErrorFields(body["error"]), providerResponse: body };
  return answerOfParts({
    parts: partsOf(body["content"]),
    finishReason: textMember(body, "stop_reason"),
    usage: usageOf(objectMember(body, "usage")),
    body,
  });
}

/** Input tokens include those read from and written to the cache, as in OpenAI's counts. */
function usageOf(usage: JsonObject | undefined): TraceUsage | undefined {
  if (usage === undefined) return undefined;
  const sides = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];
  const counts = sides.flatMap((name) => numberMember(usage, name) ?? []);
  const outputTokens = numberMember(usage, "output_tokens");
  if (counts.length === 0 && outputTokens === undefined) return undefined;
  const inputTokens = counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  return defined({ inputTokens, outputTokens });
}

/** Joins the events of a streamed answer to one body; undefined for any other list. */
export function anthropicStream(events: readonly JsonValue[]): JsonObject | undefined {
  const [start] = events;
  if (!isJsonObject(start) || start["type"] !== "message_start") return undefined;
  let message = objectMember(start, "message") ?? {};
  const blocks: JsonObject[] = [];
  for (const event of events.filter(isJsonObject)) {
    const at = numberMember(event, "index") ?? 0;
    const delta = objectMember(event, "delta") ?? {};
    if (event["type"] === "content_block_start") blocks[at] = objectMember(event, "content_block") ?? {};
    else if (event["type"] === "content_block_delta") blocks[at] = grown(blocks[at] ?? {}, delta);
    else if (event["type"] === "message_delta") {
      const usage = { ...objectMember(message, "usage"), ...objectMember(event, "usage") };
      message = { ...message, ...delta, usage };
    }
  }
  return { role: "assistant", ...message, type: "message", content: blocks.filter(isJsonObject) };
}

function grown(block: JsonObject, delta: JsonObject): JsonObject {
  const names = { text_delta: "text", thinking_delta: "thinking", input_json_delta: "partial_json" };
  const name = Object.entries(names).find(([type]) => type === delta["type"])?.[1];
  if (name === undefined) return block;
  const member = name === "partial_json" ? "input" : name;
  const before = typeof block[member] === "string" ? block[member] : "";
  return { ...block, [member]: before + (textMember(delta, name) ?? "") };
}

function partsOf(content: JsonValue | undefined): readonly NativePart[] {
  if (typeof content === "string") return [{ text: content }];
  return objectsOf(content).map(partOf);
}

function partOf(block: JsonObject): NativePart {
  switch (block["type"]) {
    case "text":
      return { text: textMember(block, "text") ?? "" };
    case "thinking":
    case "redacted_thinking":
      return { thought: textMember(block, "thinking") ?? "" };
    case "tool_use":
    case "server_tool_use":
      return {
        call: {
          id: textMember(block, "id") ?? "",
          name: textMember(block, "name") ?? "",
          arguments: argumentsText(block["input"]),
        },
      };
    case "tool_result":
      return {
        result: {
          id: textMember(block, "tool_use_id") ?? "",
          content: contentOfParts(partsOf(block["content"])),
        },
      };
    case "image":
      return { other: imagePart(objectMember(block, "source")) ?? block };
    default:
      return { other: block };
  }
}

function imagePart(source: JsonObject | undefined): JsonObject | undefined {
  const data = textMember(source ?? {}, "data");
  const type = textMember(source ?? {}, "media_type");
  const url = textMember(source ?? {}, "url") ?? (data && type ? `data:${type};base64,${data}` : undefined);
  return url === undefined ? undefined : { type: "image_url", image_url: { url } };
}
