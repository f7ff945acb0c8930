import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { readAnswerFields } from "../../../traces/openai/read-answer.ts";
import { readRequestFields, tracedEndpoint } from "../../../traces/openai/read-request.ts";
import type { ImportFormat, TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, objectMember, textMember } from "../../json-members.ts";
import { joinBatch } from "./join-batch.ts";

const requestMembers = new Set(["custom_id", "method", "url", "body"]);
const answerMembers = new Set(["id", "custom_id", "response", "error"]);

/**
 * OpenAI's Batch API: joins the input file (`custom_id`, `url`, `body`) by `custom_id` with the output and
 * error files (`custom_id`, `response`, `error`), in any order.
 */
export const openaiBatch: ImportFormat = {
  name: "openai-batch",
  summary: "OpenAI batch files: the input together with its output and error file",
  recognizes: (value) =>
    isJsonObject(value) &&
    typeof value["custom_id"] === "string" &&
    (isJsonObject(value["body"]) || "response" in value),
  read: joinBatch({
    format: "openai-batch",
    isRequest: (value) => isJsonObject(value["body"]),
    isAnswer: (value) => "response" in value || "error" in value,
    traceOf,
  }),
};

function traceOf(
  request: JsonObject,
  answer: JsonObject | undefined,
): TraceDraft | { readonly problem: string } {
  const url = textMember(request, "url") ?? "/v1/chat/completions";
  const endpoint = tracedEndpoint(url.replace(/^.*?\/v\d+(?=\/)/, ""));
  if (endpoint === undefined) return { problem: `${url} is not an endpoint with prompts` };
  const response = answer === undefined ? undefined : objectMember(answer, "response");
  const body = response === undefined ? undefined : objectMember(response, "body");
  const error = answer?.["error"] ?? body?.["error"];
  const isFailed = error !== undefined && error !== null;
  return {
    traceId: answer === undefined ? undefined : textMember(answer, "id"),
    eventId: textMember(request, "custom_id"),
    provider: "openai",
    startedAt: instantOf(body?.["created"] ?? body?.["created_at"]),
    ...readRequestFields(endpoint, objectMember(request, "body") ?? {}),
    ...(body === undefined || isFailed ? {} : readAnswerFields(endpoint, body)),
    ...(isFailed ? batchError(error, response) : {}),
    other: leftovers(
      "openai_batch",
      { ...request, ...answer },
      new Set([...requestMembers, ...answerMembers]),
    ),
  };
}

function batchError(error: JsonValue, response: JsonObject | undefined): TraceDraft {
  const status = response?.["status_code"];
  const isErrorStatus = typeof status === "number" && status >= 400;
  return { ...recordedErrorFields(error), ...(isErrorStatus ? { errorStatus: status } : {}) };
}
