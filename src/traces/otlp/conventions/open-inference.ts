import { isThought } from "../../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { readChatMessage } from "../../openai/read-request.ts";
import { asText, indexedList, numberIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import type { Convention } from "../otlp-span.ts";
import { payloadAnswer, payloadRequest } from "./payloads.ts";

/** OpenInference (Arize): flattened messages, prompt templates with variables, and raw values. */
export const openInference: Convention = (span) => {
  const { attributes } = span;
  if (!Object.keys(attributes).some((key) => /^(openinference|llm|input|output)\./.test(key))) return {};
  const inputs = indexedList(attributes, "llm.input_messages").map(messageOf);
  const [answer] = indexedList(attributes, "llm.output_messages");
  const prompts = indexedList(attributes, "llm.prompts").map((entry) => textAt(entry, "prompt"));
  const [choice] = indexedList(attributes, "llm.choices").map((entry) => textAt(entry, "completion"));
  const texts = prompts.filter((text) => text !== undefined).map((content) => ({ role: "user", content }));
  const isModel = /^LLM$/i.test(textIn(attributes, "openinference.span.kind") ?? "");
  const rawIn = unpacked(attributes["input.value"]);
  const rawOut = unpacked(attributes["output.value"]);
  const base = isModel
    ? { ...payloadRequest(rawIn), ...payloadAnswer(rawOut) }
    : { ...chainFields(rawIn), ...(rawOut === undefined ? {} : { output: asText(rawOut) ?? null }) };
  const written = {
    ...(choice === undefined ? {} : { output: choice }),
    ...(answer === undefined ? {} : messageFields(messageOf(answer))),
    ...(inputs.length > 0 ? { messages: inputs } : texts.length > 0 ? { messages: texts } : {}),
  };
  return {
    ...base,
    ...written,
    ...defined({
      parameters: parametersOf(attributes),
      model: textIn(attributes, "llm.model_name"),
      provider: textIn(attributes, "llm.provider", "llm.system"),
      usage: usageOf(attributes),
      finishReason: textIn(attributes, "llm.finish_reason"),
      chatId: textIn(attributes, "session.id"),
      user: textIn(attributes, "user.id"),
      metadata: objectIn(attributes, "metadata"),
    }),
    ...promptFields(attributes),
    ...costFields(attributes),
  };
};

/** The input object of a step is its variables. */
function chainFields(value: JsonValue | undefined): Partial<Trace> {
  if (isJsonObject(value)) return { inputs: value };
  return value === undefined ? {} : { inputs: { input: value } };
}

function messageOf(entry: JsonObject): ChatMessage {
  const message = isJsonObject(entry["message"]) ? entry["message"] : entry;
  const calls = listOf(message["tool_calls"]).map(({ tool_call: call }) => (isJsonObject(call) ? call : {}));
  const parts = listOf(message["contents"]).map(partOf);
  const content = message["content"] ?? (parts.length === 0 ? null : parts);
  return readChatMessage({
    role: asText(message["role"]) ?? "user",
    content,
    ...(message["name"] === undefined ? {} : { name: message["name"] }),
    ...(message["tool_call_id"] === undefined ? {} : { tool_call_id: message["tool_call_id"] }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ id, function: called }) => ({
            id: asText(id) ?? "",
            type: "function",
            function: isJsonObject(called)
              ? { name: asText(called["name"]) ?? "", arguments: asText(called["arguments"]) ?? "{}" }
              : {},
          })),
        }),
  });
}

/** A text or image part in OpenAI's format. */
function partOf({ message_content: part }: JsonObject): JsonObject {
  if (!isJsonObject(part)) return { type: "text", text: "" };
  const image = isJsonObject(part["image"]) ? part["image"]["image"] : undefined;
  if (isJsonObject(image)) return { type: "image_url", image_url: { url: image["url"] ?? "" } };
  const type = isThought({ type: part["type"] ?? null }) ? "reasoning" : "text";
  return { type, text: part["text"] ?? "" };
}

function textAt(entry: JsonObject, key: string): string | undefined {
  const inner = entry[key];
  return isJsonObject(inner) && typeof inner["text"] === "string" ? inner["text"] : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function parametersOf(attributes: JsonObject): JsonObject | undefined {
  const { model: _, messages: __, ...given } = objectIn(attributes, "llm.invocation_parameters") ?? {};
  const tools = indexedList(attributes, "llm.tools").map((entry) =>
    unpacked((entry["tool"] as JsonObject | undefined)?.["json_schema"]),
  );
  const all = { ...given, ...(tools.length === 0 ? {} : { tools: tools.map((tool) => tool ?? null) }) };
  return Object.keys(all).length === 0 ? undefined : all;
}

function usageOf(attributes: JsonObject): Trace["usage"] {
  const usage = defined({
    inputTokens: numberIn(attributes, "llm.token_count.prompt"),
    outputTokens: numberIn(attributes, "llm.token_count.completion"),
    reasoningTokens: numberIn(attributes, "llm.token_count.completion_details.reasoning"),
  });
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function promptFields(attributes: JsonObject): Partial<Trace> {
  const template = textIn(attributes, "llm.prompt_template.template");
  const variables = objectIn(attributes, "llm.prompt_template.variables");
  const path = textIn(attributes, "prompt.id", "llm.prompt_template.name");
  return defined({
    inputs: variables,
    prompt: template === undefined && path === undefined ? undefined : defined({ path, template }),
  });
}

function costFields(attributes: JsonObject): Partial<Trace> {
  return defined({
    promptCostUsd: numberIn(attributes, "llm.cost.prompt"),
    outputCostUsd: numberIn(attributes, "llm.cost.completion"),
    costUsd: numberIn(attributes, "llm.cost.total"),
  });
}
