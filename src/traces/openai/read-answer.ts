import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { type ChatMessage, messageText, type ToolCall } from "../../core/message.ts";
import type { Trace, TraceUsage } from "../../core/trace.ts";
import type { OpenAIEndpoint } from "./openai-endpoint.ts";
import { calledItem, readChatMessage } from "./read-messages.ts";

type AnswerFields = Pick<
  Trace,
  "output" | "outputMessage" | "toolCalls" | "usage" | "finishReason" | "providerResponse" | "error"
>;

/** What the body of an answer says, in a trace's fields. Of several choices the first counts; all are kept whole. */
export function readAnswer(endpoint: OpenAIEndpoint, body: JsonValue): AnswerFields {
  if (!isJsonObject(body)) return { providerResponse: body };
  const fields = endpoint === "responses" ? fromResponse(body) : fromChoices(body);
  const usage = readUsage(body["usage"]);
  return { ...fields, ...(usage === undefined ? {} : { usage }), providerResponse: body };
}

function fromChoices(body: JsonObject): AnswerFields {
  const choices = Array.isArray(body["choices"]) ? body["choices"].filter(isJsonObject) : [];
  const choice = choices[0];
  if (choice === undefined) return {};
  const { message, text, finish_reason: finishReason } = choice;
  const finish = typeof finishReason === "string" ? { finishReason } : {};
  if (!isJsonObject(message)) return { ...(typeof text === "string" ? { output: text } : {}), ...finish };
  const read = readChatMessage(message);
  const refusal = message["refusal"];
  const output = read.content === null ? (typeof refusal === "string" ? refusal : null) : messageText(read);
  return { output, outputMessage: read, ...callsOf(read.toolCalls ?? []), ...finish };
}

function fromResponse(body: JsonObject): AnswerFields {
  const items = Array.isArray(body["output"]) ? body["output"].filter(isJsonObject) : [];
  const texts = items
    .filter((item) => item["type"] === "message")
    .flatMap(({ content }) => (Array.isArray(content) ? content.filter(isJsonObject) : []))
    .map((part) => part["text"] ?? part["refusal"])
    .filter((text) => typeof text === "string");
  const calls = items
    .filter(({ type }) => type === "function_call" || type === "custom_tool_call")
    .map(calledItem);
  const output = texts.length === 0 ? null : texts.join("");
  const outputMessage: ChatMessage = {
    role: "assistant",
    content: output,
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
  };
  const finishReason = responseEnd(body);
  const failed = isJsonObject(body["error"]) ? body["error"]["message"] : undefined;
  return {
    output,
    outputMessage,
    ...callsOf(calls),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(typeof failed === "string" ? { error: failed } : {}),
  };
}

/** `completed`, `failed` …, or why it is incomplete; undefined while it goes on. */
function responseEnd(body: JsonObject): string | undefined {
  const { incomplete_details: details, status } = body;
  const end = (isJsonObject(details) ? details["reason"] : undefined) ?? status;
  return typeof end === "string" && !/^(in_progress|queued)$/.test(end) ? end : undefined;
}

function callsOf(toolCalls: readonly ToolCall[]): Pick<Trace, "toolCalls"> {
  return toolCalls.length === 0 ? {} : { toolCalls };
}

/** Under the names of either endpoint. */
function readUsage(usage: JsonValue | undefined): TraceUsage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const details = usage["completion_tokens_details"] ?? usage["output_tokens_details"];
  const inputTokens = countOf(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const outputTokens = countOf(usage["completion_tokens"] ?? usage["output_tokens"]);
  const reasoningTokens = isJsonObject(details) ? countOf(details["reasoning_tokens"]) : undefined;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
