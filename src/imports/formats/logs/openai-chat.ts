import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { messageFields } from "../../../traces/answer-of-trace.ts";
import { readAnswerFields } from "../../../traces/openai/read-answer.ts";
import { readRequestFields } from "../../../traces/openai/read-request.ts";
import { isAnthropicRequest } from "../../bodies/anthropic-body.ts";
import { isConverseRequest } from "../../bodies/converse-body.ts";
import { isCompletion, isResponse } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, objectMember, textMember } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { hasMessagesColumn } from "../rows.ts";
import { callTrace, loggedCall } from "./logged-call.ts";

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
  recognizes: (value) => isJsonObject(value) && (isStored(value) || isLogged(value) || isTuningLine(value)),
  read: eachValue("openai-chat", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value))
    return { problem: "a call is an object with messages, or with request and response" };
  if (isStored(value)) return { trace: storedCompletion(value) };
  const call = loggedCall(value);
  if (call?.kind === "openai")
    return { trace: { provider: "openai", ...callTrace(value, call, "openai_chat") } };
  if ("messages" in value) return tuningPart(value);
  return { problem: "neither messages nor a request with a response" };
}

function isLogged(value: JsonObject): boolean {
  return loggedCall(value)?.kind === "openai";
}

function isTuningLine(value: JsonObject): boolean {
  return (
    messagesIn(value["messages"]) !== undefined &&
    !isAnthropicRequest(value) &&
    !isConverseRequest(value) &&
    !("call_type" in value) &&
    !("trace_id" in value) &&
    !("inputs" in value) &&
    !hasMessagesColumn(value)
  );
}

/** A completion or a response with what the API stores beside it. */
function isStored(value: JsonObject): boolean {
  return isResponse(value) || (isCompletion(value) && !("item" in value) && !("generations" in value));
}

/** Members of a response that repeat its request. */
const requestedMembers =
  "temperature top_p max_output_tokens tools tool_choice reasoning text truncation parallel_tool_calls".split(
    " ",
  );

const ofResponses: readonly string[] = [
  ...completionMembers,
  ...requestedMembers,
  ..."output created_at status error incomplete_details user safety_identifier".split(" "),
];

function storedCompletion(value: JsonObject): TraceDraft {
  const isOfResponses = isResponse(value);
  const requested = isOfResponses
    ? readRequestFields("responses", value).messages
    : messagesIn(value["messages"]);
  const given = Object.entries(value).filter(
    ([name, member]) => isOfResponses && requestedMembers.includes(name) && member !== null,
  );
  const taken = new Set(isOfResponses ? ofResponses : completionMembers);
  if (typeof value["instructions"] === "string") taken.add("instructions");
  return {
    traceId: textMember(value, "id"),
    startedAt: instantOf(value["created"] ?? value["created_at"]),
    provider: "openai",
    model: textMember(value, "model"),
    ...(requested === undefined || requested.length === 0 ? {} : { messages: requested }),
    ...(given.length === 0 ? {} : { parameters: Object.fromEntries(given) }),
    ...readAnswerFields(isOfResponses ? "responses" : "chat", value),
    metadata: objectMember(value, "metadata"),
    user: textMember(value, "user", "safety_identifier"),
    other: leftovers("openai_chat", value, taken),
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
