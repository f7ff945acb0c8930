import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { messageFields } from "../../../traces/answer-of-trace.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { readAnswerFields } from "../../../traces/openai/read-answer.ts";
import { readRequestFields, type TracedEndpoint } from "../../../traces/openai/read-request.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { hasMessagesColumn } from "../rows.ts";

const requestMembers = ["request", "request_body", "body", "input"];
const responseMembers = ["response", "response_body", "completion", "output"];
const timeMembers = ["timestamp", "created_at", "time", "started_at", "start_time", "date"];
const logMembers = new Set([
  ...requestMembers,
  ...responseMembers,
  ...timeMembers,
  "id",
  "error",
  "latency_ms",
  "duration_ms",
  "user",
]);
const completionMembers = new Set([
  "id",
  "object",
  "created",
  "choices",
  "usage",
  "model",
  "messages",
  "input",
  "metadata",
]);

/**
 * Calls of OpenAI's API in three formats: logs of request and response bodies, stored completions (the
 * completion with the messages of its request), and lines of a fine-tuning file, `{messages}`.
 */
export const openaiChat: ImportFormat = {
  name: "openai-chat",
  summary: "OpenAI calls: logged requests and responses, stored completions, fine-tuning {messages}",
  recognizes: (value) =>
    isJsonObject(value) && (isCompletion(value) || isLogged(value) || isTuningLine(value)),
  read: eachValue("openai-chat", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value))
    return { problem: "a call is an object with messages, or with request and response" };
  if (isCompletion(value)) return { trace: storedCompletion(value) };
  if (isLogged(value)) return { trace: loggedCall(value) };
  if ("messages" in value) return tuningPart(value);
  return { problem: "neither messages nor a request with a response" };
}

function isCompletion(value: JsonObject): boolean {
  return (
    Array.isArray(value["choices"]) || value["object"] === "chat.completion" || value["object"] === "response"
  );
}

/** False for batch files, which have a `custom_id` and are another format. */
function isLogged(value: JsonObject): boolean {
  const request = objectMember(value, ...requestMembers);
  if (request === undefined || "custom_id" in value) return false;
  return endpointOf(request) !== undefined && responseMembers.concat("error").some((name) => name in value);
}

function isTuningLine(value: JsonObject): boolean {
  return (
    messagesIn(value["messages"]) !== undefined &&
    !("trace_id" in value) &&
    !("inputs" in value) &&
    !hasMessagesColumn(value)
  );
}

function endpointOf(request: JsonObject): TracedEndpoint | undefined {
  if (Array.isArray(request["messages"])) return "chat";
  if ("prompt" in request) return "completion";
  return "input" in request ? "responses" : undefined;
}

function loggedCall(value: JsonObject): TraceDraft {
  const request = objectMember(value, ...requestMembers) ?? {};
  const endpoint = endpointOf(request) ?? "chat";
  const response = objectMember(value, ...responseMembers);
  const body = response === undefined ? undefined : (objectMember(response, "body") ?? response);
  const error = value["error"];
  return {
    traceId: textMember(value, "id"),
    startedAt: instantOf(timeMembers.map((name) => value[name]).find((one) => one !== undefined)),
    latencyMs: numberMember(value, "latency_ms", "duration_ms"),
    provider: "openai",
    ...readRequestFields(endpoint, request),
    ...(body === undefined ? {} : readAnswerFields(endpoint, body)),
    ...(body === undefined && typeof value["output"] === "string" ? { output: value["output"] } : {}),
    ...(error === undefined || error === null ? {} : recordedErrorFields(error)),
    other: leftovers("openai_chat", value, logMembers),
  };
}

function storedCompletion(value: JsonObject): TraceDraft {
  const isResponse = value["object"] === "response";
  const messages = messagesIn(value["messages"]) ?? messagesIn(value["input"]);
  const given =
    isResponse && messages === undefined ? readRequestFields("responses", value).messages : messages;
  return {
    traceId: textMember(value, "id"),
    startedAt: instantOf(value["created"] ?? value["created_at"]),
    provider: "openai",
    model: textMember(value, "model"),
    ...(given === undefined || given.length === 0 ? {} : { messages: given }),
    ...readAnswerFields(isResponse ? "responses" : "chat", value),
    metadata: objectMember(value, "metadata"),
    other: leftovers("openai_chat", value, completionMembers),
  };
}

function tuningPart(value: JsonObject): Part {
  const messages = messagesIn(value["messages"]);
  if (messages === undefined) return { problem: "messages is not a list of messages with role and content" };
  const last = messages.at(-1);
  const isAnswered = last?.role === "assistant";
  return {
    trace: {
      messages: isAnswered ? messages.slice(0, -1) : messages,
      ...(isAnswered ? messageFields(last) : {}),
      ...(Array.isArray(value["tools"]) && { parameters: { tools: value["tools"] } }),
      model: textMember(value, "model"),
      other: leftovers("openai_chat", value, new Set(["messages", "tools", "model"])),
    },
  };
}
