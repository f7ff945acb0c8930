import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { readChatMessage } from "../../openai/read-request.ts";
import { asText, listIn, numberIn, textIn, unpacked } from "../attribute-values.ts";
import { partMessages, partsText } from "../part-messages.ts";
import type { Convention, OtlpEvent, OtlpSpan } from "../read-spans.ts";

const parameterNames: Readonly<Record<string, string>> = {
  stop_sequences: "stop",
  "choice.count": "n",
  top_k: "top_k",
};

/**
 * OpenTelemetry's semantic conventions for generative AI: the current ones, and those before 1.37 that use
 * events.
 */
export const genAi: Convention = (span) => {
  const attributes = withDetails(span);
  const output = answerOf(listIn(attributes, "gen_ai.output.messages")) ?? {};
  const fromEvents = eventMessages(span.events);
  const finishReasons = listIn(attributes, "gen_ai.response.finish_reasons");
  const [finishReason] = finishReasons ?? [];
  const prompt = textIn(attributes, "gen_ai.prompt.name");
  return defined({
    messages: inputOf(attributes) ?? fromEvents.messages,
    ...fromEvents.answer,
    ...output,
    model: textIn(attributes, "gen_ai.response.model", "gen_ai.request.model"),
    provider: textIn(attributes, "gen_ai.provider.name", "gen_ai.system"),
    parameters: parametersOf(attributes),
    usage: usageOf(attributes),
    finishReason:
      (typeof finishReason === "string" ? finishReason : undefined) ??
      output.finishReason ??
      fromEvents.answer.finishReason,
    chatId: textIn(attributes, "gen_ai.conversation.id"),
    user: textIn(attributes, "gen_ai.request.user", "gen_ai.user"),
    prompt: prompt === undefined ? undefined : { path: prompt },
  });
};

/** One event may contain attributes that are otherwise on the span. */
function withDetails({ attributes, events }: OtlpSpan): JsonObject {
  const details = events.filter(({ name }) => name === "gen_ai.client.inference.operation.details");
  return Object.assign({}, ...details.map((event) => event.attributes), attributes) as JsonObject;
}

function inputOf(attributes: JsonObject): readonly ChatMessage[] | undefined {
  const list = listIn(attributes, "gen_ai.input.messages");
  const instructions = unpacked(attributes["gen_ai.system_instructions"]);
  const system = Array.isArray(instructions) ? partsText(instructions) : asText(instructions);
  if (list === undefined && system === undefined) return undefined;
  return [
    ...(system === undefined ? [] : [{ role: "system", content: system }]),
    ...partMessages(list ?? []),
  ];
}

function answerOf(list: readonly JsonValue[] | undefined): Partial<Trace> | undefined {
  const [first] = list ?? [];
  if (first === undefined) return undefined;
  const finish = isJsonObject(first) ? first["finish_reason"] : undefined;
  return {
    ...messageFields(partMessages([first])[0]),
    ...(typeof finish === "string" ? { finishReason: finish } : {}),
  };
}

function parametersOf(attributes: JsonObject): JsonObject | undefined {
  const prefix = "gen_ai.request.";
  const given = Object.entries(attributes)
    .filter(([key]) => key.startsWith(prefix) && !/^gen_ai\.request\.(model|user)$|\.\d+\./.test(key))
    .map(([key, value]) => {
      const name = key.slice(prefix.length);
      return [parameterNames[name] ?? name.replaceAll(".", "_"), value] as const;
    });
  const tools = listIn(attributes, "gen_ai.tool.definitions");
  const all = [...given, ...(tools === undefined ? [] : [["tools", tools] as const])];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function usageOf(attributes: JsonObject): Trace["usage"] {
  const usage = defined({
    inputTokens: numberIn(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    outputTokens: numberIn(attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    reasoningTokens: numberIn(
      attributes,
      "gen_ai.usage.reasoning.output_tokens",
      "gen_ai.usage.reasoning_tokens",
      "gen_ai.usage.details.reasoning_tokens",
    ),
  });
  return Object.keys(usage).length === 0 ? undefined : usage;
}

const roles: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
};

/**
 * Messages in span events: one event per message plus `gen_ai.choice` (conventions 1.28 to 1.36), or the
 * whole list in `gen_ai.content.prompt` and `.completion` (earlier).
 */
function eventMessages(events: readonly OtlpEvent[]): {
  readonly messages: readonly ChatMessage[] | undefined;
  readonly answer: Partial<Trace>;
} {
  const messages: ChatMessage[] = [];
  let answer: Partial<Trace> = {};
  for (const { name, attributes } of events) {
    const role = roles[name];
    if (role !== undefined) messages.push(messageOf(role, bodyOf(attributes)));
    else if (name === "gen_ai.choice") answer = { ...choiceOf(bodyOf(attributes)), ...answer };
    else if (name === "gen_ai.content.prompt") {
      messages.push(...listOf(attributes["gen_ai.prompt"]).map((one) => messageOf("user", one)));
    } else if (name === "gen_ai.content.completion") {
      const [completion] = listOf(attributes["gen_ai.completion"]);
      if (completion !== undefined)
        answer = { ...messageFields(messageOf("assistant", completion)), ...answer };
    }
  }
  return { messages: messages.length === 0 ? undefined : messages, answer };
}

/** The body of an event: in one attribute or in several. */
function bodyOf(attributes: JsonObject): JsonObject {
  const whole = unpacked(attributes["gen_ai.event.content"] ?? attributes["event_body"]);
  return isJsonObject(whole) ? whole : attributes;
}

function messageOf(role: string, body: JsonObject): ChatMessage {
  const content = unpackedContent(body["content"]);
  const calls = unpacked(body["tool_calls"]);
  return readChatMessage({
    role: asText(body["role"]) ?? role,
    content,
    ...(calls === undefined ? {} : { tool_calls: calls }),
    ...(body["id"] === undefined || role !== "tool" ? {} : { tool_call_id: asText(body["id"]) ?? "" }),
  });
}

function choiceOf(body: JsonObject): Partial<Trace> {
  const message = unpacked(body["message"]);
  const finish = body["finish_reason"];
  return {
    ...messageFields(
      messageOf(
        "assistant",
        isJsonObject(message) ? message : { content: message ?? body["content"] ?? null, ...pickCalls(body) },
      ),
    ),
    ...(typeof finish === "string" ? { finishReason: finish } : {}),
  };
}

function pickCalls(body: JsonObject): JsonObject {
  return body["tool_calls"] === undefined ? {} : { tool_calls: body["tool_calls"] };
}

/** Parses only lists of parts. Other text stays text, even if it is JSON. */
function unpackedContent(content: JsonValue | undefined): JsonValue {
  if (typeof content !== "string" || !content.startsWith("[{")) return content ?? null;
  const parts = unpacked(content);
  return Array.isArray(parts) && parts.every((part) => isJsonObject(part) && "type" in part)
    ? parts
    : content;
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  const list = unpacked(value);
  if (Array.isArray(list)) return list.filter(isJsonObject);
  if (isJsonObject(list)) return [list];
  return typeof list === "string" ? [{ content: list }] : [];
}
