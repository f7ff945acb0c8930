import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { isAnthropicAnswer, isAnthropicRequest } from "../../bodies/anthropic-body.ts";
import { readAnswerBody, readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import { leftovers, objectMember, textMember } from "../../json-members.ts";
import { joinBatch } from "./join-batch.ts";
import { callTrace, loggedCall } from "./logged-call.ts";

/**
 * Calls of Anthropic's Messages API: logs of request and response bodies, and requests alone.
 * https://docs.anthropic.com/en/api/messages
 */
export const anthropic: ImportFormat = {
  name: "anthropic",
  summary: "Anthropic calls: logged requests and responses of the Messages API",
  recognizes: (value) =>
    isJsonObject(value) &&
    !("custom_id" in value) &&
    (isAnthropicRequest(value) || isAnthropicAnswer(value) || loggedCall(value)?.kind === "anthropic"),
  read: eachValue("anthropic", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a call is an object with request and response" };
  const call = loggedCall(value);
  if (call?.kind === "anthropic")
    return { trace: { provider: "anthropic", ...callTrace(value, call, "anthropic") } };
  if (isAnthropicRequest(value)) {
    const request = readRequestBody(value)?.fields;
    return { trace: { provider: "anthropic", ...request } };
  }
  if (isAnthropicAnswer(value))
    return { leftOut: "answers without their request", reason: "a trace needs both" };
  return { problem: "no request and response of Anthropic's Messages API" };
}

const batchMembers = new Set(["custom_id", "params", "result"]);

/**
 * Anthropic's Message Batches: joins requests, `{custom_id, params}`, by `custom_id` with the results file,
 * `{custom_id, result: {type, message}}`.
 * https://docs.anthropic.com/en/docs/build-with-claude/batch-processing
 */
export const anthropicBatch: ImportFormat = {
  name: "anthropic-batch",
  summary: "Anthropic message batches: the requests together with their results file",
  recognizes: (value) =>
    isJsonObject(value) &&
    typeof value["custom_id"] === "string" &&
    (isBatchRequest(value) || textMember(objectMember(value, "result") ?? {}, "type") !== undefined),
  read: joinBatch({
    format: "anthropic-batch",
    isRequest: isBatchRequest,
    isAnswer: (value) => isJsonObject(value["result"]),
    traceOf: batchTrace,
  }),
};

function isBatchRequest(value: JsonObject): boolean {
  return isJsonObject(value["params"]) && Array.isArray(value["params"]["messages"]);
}

function batchTrace(
  request: JsonObject,
  answer: JsonObject | undefined,
): TraceDraft | { readonly problem: string } {
  // The file is one of Anthropic's requests, so no other sign is needed.
  const params = { anthropic_version: "batch", ...objectMember(request, "params") };
  const read = readRequestBody(params);
  if (read?.kind !== "anthropic") return { problem: "params has no messages of user and assistant" };
  const result = objectMember(answer ?? {}, "result");
  return {
    traceId: textMember(objectMember(result ?? {}, "message") ?? {}, "id"),
    eventId: textMember(request, "custom_id"),
    provider: "anthropic",
    ...read.fields,
    ...(result === undefined ? {} : resultFields(result)),
    other: leftovers("anthropic_batch", { ...request, ...answer }, batchMembers),
  };
}

/** A result is `succeeded` with a message, `errored` with an error, `canceled` or `expired`. */
function resultFields(result: JsonObject): TraceDraft {
  const body = objectMember(result, "message", "error");
  const read = body === undefined ? undefined : readAnswerBody(body);
  if (read !== undefined) return read.fields;
  return {
    error: textMember(body ?? {}, "message") ?? `the request ${textMember(result, "type") ?? "failed"}`,
  };
}
