import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { type BodyKind, readAnswerBody, readRequestBody } from "../../bodies/read-body.ts";
import type { TraceDraft } from "../../import-format.ts";
import {
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  parsedMember,
  textMember,
} from "../../json-members.ts";

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
/** Members of other formats that also have a request and a response, or an input and an output. */
const othersMembers =
  "custom_id spans trace expected_response expected_facts expected expected_output expectedOutput guidelines " +
  "expectations ideal retrieved_context expected_retrieved_context databricks_request_id served_entity_id " +
  "request_created_at response_status call_type schemaType traceId observationId span_id root_span_id _xact_id " +
  "op_name run_type context span_kind";

/** A logged call: the bodies of its request and its answer under any of the usual names. */
interface LoggedCall {
  readonly kind: BodyKind;
  readonly request: TraceDraft;
  /** Undefined if none was logged. */
  readonly answer: TraceDraft | undefined;
}

/**
 * Reads a logged call, `{request, response}`. Undefined if the request has no known shape, or if the answer is an
 * object of no known shape, so that no answer is lost.
 */
export function loggedCall(value: JsonObject): LoggedCall | undefined {
  if (othersMembers.split(" ").some((name) => name in value)) return undefined;
  const body = objectMember(value, ...requestMembers);
  const request = body === undefined ? undefined : readRequestBody(body);
  const isAnswered = [...responseMembers, "error"].some((name) => name in value);
  if (request === undefined || !isAnswered) return undefined;
  const sent = responseMembers.map((name) => parsedMember(value[name])).find((one) => one !== undefined);
  const answer = answerOf(sent ?? null);
  return answer === undefined
    ? undefined
    : { kind: answer.kind ?? request.kind, request: request.fields, answer: answer.fields };
}

function answerOf(
  sent: JsonValue,
): { readonly kind?: BodyKind; readonly fields: TraceDraft | undefined } | undefined {
  if (sent === null) return { fields: undefined };
  if (typeof sent === "string") return { fields: { output: sent } };
  const inner = isJsonObject(sent) ? objectMember(sent, "body") : undefined;
  const read = readAnswerBody(inner ?? sent);
  if (read !== undefined) return read;
  if (!isJsonObject(sent)) return undefined;
  const error = (inner ?? sent)["error"];
  if (error !== undefined && error !== null) return { fields: recordedErrorFields(error) };
  return Object.keys(sent).length === 0 ? { fields: undefined } : undefined;
}

/** The trace of a logged call; `tool` is the key of members without a field of their own. */
export function callTrace(value: JsonObject, { request, answer }: LoggedCall, tool: string): TraceDraft {
  const error = value["error"];
  return {
    traceId: textMember(value, "id"),
    startedAt: instantOf(timeMembers.map((name) => value[name]).find((one) => one !== undefined)),
    latencyMs: numberMember(value, "latency_ms", "duration_ms"),
    ...request,
    ...answer,
    ...(error === undefined || error === null ? {} : recordedErrorFields(error)),
    other: leftovers(tool, value, logMembers),
  };
}
