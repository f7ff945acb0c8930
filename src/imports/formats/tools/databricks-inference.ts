import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { errorFields } from "../../../traces/error-fields.ts";
import { readAnswerBody, readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import {
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  parsedMember,
  textMember,
} from "../../json-members.ts";
import { readOutput } from "../../payload-output.ts";

const members = new Set(
  (
    "databricks_request_id client_request_id request_time timestamp_ms date request_date status_code " +
    "execution_duration_ms execution_time_ms request response requester logging_error_codes"
  ).split(" "),
);

/**
 * Rows of inference tables of Databricks Model Serving and AI Gateway: request and response as JSON text.
 * https://docs.databricks.com/ai-gateway/inference-tables
 */
export const databricksInference: ImportFormat = {
  name: "databricks-inference",
  summary: "Databricks inference tables: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && isPayload(value),
  read: eachValue("databricks-inference", (value) => [partOf(value)]),
};

function isPayload(value: JsonObject): boolean {
  return (
    textMember(value, "databricks_request_id") !== undefined &&
    "request" in value &&
    "response" in value &&
    "status_code" in value
  );
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value) || !isPayload(value))
    return {
      problem: "no row of an inference table (databricks_request_id, status_code, request, response)",
    };
  const body = objectMember(value, "request");
  if (body === undefined) {
    const codes = parsedMember(value["logging_error_codes"]);
    const isTooLong = JSON.stringify(codes ?? "").includes("MAX_REQUEST_SIZE_EXCEEDED");
    return {
      leftOut: "calls without their request",
      reason: isTooLong ? "it was too long to be logged" : "it is no JSON object",
    };
  }
  if ("dataframe_split" in body || "dataframe_records" in body || "instances" in body)
    return { leftOut: "calls with batches of records", reason: "one response for several inputs" };
  const request = readRequestBody(body)?.fields ?? { inputs: body };
  const status = numberMember(value, "status_code");
  const isFailed = status !== undefined && status >= 400;
  return {
    trace: {
      traceId: textMember(value, "databricks_request_id"),
      eventId: textMember(value, "client_request_id"),
      startedAt: instantOf(value["request_time"] ?? value["timestamp_ms"]),
      latencyMs: numberMember(value, "execution_duration_ms", "execution_time_ms"),
      provider: "databricks",
      ...request,
      ...(isFailed ? faultOf(value["response"], status) : answerOf(value["response"])),
      user: textMember(value, "requester"),
      other: leftovers("databricks", value, members),
    },
  };
}

function faultOf(response: JsonValue | undefined, status: number): TraceDraft {
  const body = parsedMember(response);
  const message = isJsonObject(body) ? textMember(body, "message", "error") : undefined;
  const code = isJsonObject(body) ? textMember(body, "error_code") : undefined;
  return errorFields(message ?? `status ${status}`, code, status);
}

/** The body of an answer, agents' `{messages}`, or `{predictions: […]}`. Streams are logged as lists of chunks. */
function answerOf(response: JsonValue | undefined): TraceDraft {
  const body = parsedMember(response);
  if (body === undefined || body === null || body === "") return {};
  const chunks = Array.isArray(body) ? streamText(body) : undefined;
  if (chunks !== undefined) return chunks;
  const [prediction] = isJsonObject(body) && Array.isArray(body["predictions"]) ? body["predictions"] : [];
  const answer = readAnswerBody(body)?.fields ?? readOutput(prediction ?? response);
  const { databricks_output: _, ...rest } = isJsonObject(answer.providerResponse ?? null)
    ? (answer.providerResponse as JsonObject)
    : {};
  return answer.providerResponse === undefined ? answer : { ...answer, providerResponse: rest };
}

/** The joined text of chat completion chunks; undefined for any other list. */
function streamText(chunks: readonly JsonValue[]): TraceDraft | undefined {
  const choices = chunks.map((chunk) =>
    isJsonObject(chunk) && Array.isArray(chunk["choices"]) ? chunk["choices"] : undefined,
  );
  if (chunks.length === 0 || choices.some((one) => one === undefined)) return undefined;
  const firsts = choices.flatMap((one) => (isJsonObject(one?.[0] ?? null) ? [one?.[0] as JsonObject] : []));
  const texts = firsts.map((choice) => textMember(objectMember(choice, "delta") ?? {}, "content") ?? "");
  const finishReason = firsts
    .map((choice) => textMember(choice, "finish_reason"))
    .findLast((one) => one !== undefined);
  return { output: texts.join(""), ...defined({ finishReason }) };
}
