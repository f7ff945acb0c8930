import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { readAnswerBody, readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember, valueIn } from "../../json-members.ts";
import { feedbackOfScore } from "../../score-feedback.ts";

const members = new Set(
  (
    "request_id response_id request_created_at response_created_at request_body response_body response_status " +
    "request_model response_model model model_override provider delay_ms latency prompt_tokens completion_tokens " +
    "request_properties properties request_user_id helicone_user cost costUSD feedback_rating scores"
  ).split(" "),
);

/**
 * Requests of Helicone, as its export tool (`npx @helicone/export`) and its API return them. The bodies are those of
 * the provider; an export without `--include-body` has none.
 * https://docs.helicone.ai/tools/export
 */
export const helicone: ImportFormat = {
  name: "helicone",
  summary: "Helicone requests: JSON, JSON Lines and CSV of its export tool, with bodies",
  recognizes: (value) => isJsonObject(value) && isRequest(value),
  read: eachValue("helicone", (value) => [partOf(value)]),
};

function isRequest(value: JsonObject): boolean {
  return (
    ("request_id" in value || "response_id" in value) &&
    textMember(value, "request_created_at") !== undefined &&
    "response_status" in value
  );
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value) || !isRequest(value))
    return { problem: "no request of Helicone (request_id, request_created_at, response_status)" };
  const body = objectMember(value, "request_body");
  if (body === undefined || Object.keys(body).length === 0)
    return { leftOut: "requests without their body", reason: "export with --include-body" };
  const request = readRequestBody(body)?.fields;
  if (request === undefined) {
    const path = textMember(value, "request_path");
    return "input" in body || "prompt" in body
      ? { leftOut: "requests without messages", reason: `${path ?? "its endpoint"} takes no prompt` }
      : { problem: "request_body is of no known API" };
  }
  const sent = valueIn(value, "response_body");
  const answer = sent === undefined ? undefined : answerFields(sent);
  if (sent !== undefined && answer === undefined) return { problem: "response_body is of no known API" };
  return { trace: traceOf(value, request, answer ?? {}) };
}

function answerFields(sent: JsonValue): TraceDraft | undefined {
  const read = readAnswerBody(sent);
  if (read !== undefined) return read.fields;
  if (!isJsonObject(sent)) return typeof sent === "string" ? { output: sent } : undefined;
  const error = sent["error"];
  if (error !== undefined && error !== null) return recordedErrorFields(error);
  return Object.keys(sent).length === 0 ? {} : undefined;
}

function traceOf(value: JsonObject, request: TraceDraft, answer: TraceDraft): TraceDraft {
  const status = numberMember(value, "response_status");
  const isFailed = status !== undefined && (status >= 400 || status < 0);
  const usage = defined({
    inputTokens: numberMember(value, "prompt_tokens"),
    outputTokens: numberMember(value, "completion_tokens"),
  });
  const properties = objectMember(value, "request_properties", "properties");
  const fault = {
    error: `status ${status}`,
    ...defined({ errorStatus: isFailed && status > 0 ? status : undefined }),
  };
  return {
    traceId: textMember(value, "request_id", "response_id"),
    startedAt: instantOf(value["request_created_at"]),
    endedAt: instantOf(value["response_created_at"]),
    latencyMs: numberMember(value, "delay_ms", "latency"),
    chatId: properties === undefined ? undefined : textMember(properties, "Helicone-Session-Id"),
    provider: textMember(value, "provider")?.toLowerCase(),
    ...request,
    ...(Object.keys(usage).length === 0 ? {} : { usage }),
    ...answer,
    ...(isFailed ? { ...fault, ...defined({ error: answer.error, errorCode: answer.errorCode }) } : {}),
    model: textMember(value, "response_model", "request_model", "model", "model_override") ?? request.model,
    costUsd: numberMember(value, "cost", "costUSD"),
    user: textMember(value, "request_user_id", "helicone_user"),
    metadata: properties,
    feedback: feedbackOf(value),
    other: leftovers("helicone", value, members),
  };
}

function feedbackOf(value: JsonObject): TraceDraft["feedback"] {
  const at = instantOf(value["feedback_created_at"]);
  const scores = Object.entries(objectMember(value, "scores") ?? {}).flatMap(([name, score]) =>
    feedbackOfScore({ name, value: isJsonObject(score) ? score["value"] : score, at }),
  );
  const all = [...scores, ...feedbackOfScore({ name: "feedback", value: value["feedback_rating"], at })];
  return all.length === 0 ? undefined : all;
}
