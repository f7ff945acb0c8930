import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  parsedMember,
  textMember,
  valueIn,
} from "../../json-members.ts";
import { usageFields } from "../../payload-output.ts";
import { feedbackOfScore, isShare } from "../../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../../span-trace.ts";

const modelTypes: ReadonlySet<string> = new Set(["GENERATION"]);
const observationType = /^[A-Z_]{3,20}$/;
const observationMembers = new Set(
  [
    "id traceId type name startTime endTime model providedModelName modelParameters input output metadata usage",
    "usageDetails inputUsage outputUsage inputCost outputCost totalCost calculatedInputCost calculatedOutputCost",
    "calculatedTotalCost costDetails level statusMessage parentObservationId promptName promptVersion latency",
    "environment userId sessionId",
  ].flatMap((line) => line.split(" ").flatMap((name) => [name, snake(name)])),
);
const traceMembers = new Set(
  "id name timestamp input output metadata userId sessionId environment observations latency totalCost"
    .split(" ")
    .flatMap((name) => [name, snake(name)]),
);

/**
 * Langfuse's exports: observations (from the table, the API or blob storage; camelCase and snake_case),
 * traces, and a trace downloaded with its observations.
 * https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
 */
export const langfuse: ImportFormat = {
  name: "langfuse",
  summary: "Langfuse observations and traces: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && (isObservation(value) || isTrace(value)),
  read: eachValue("langfuse", parts),
};

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value)) yield { problem: "an observation or a trace is an object" };
  else if (isObservation(value)) yield { trace: observationTrace(value, undefined) };
  else if (isTrace(value)) yield* traceParts(value);
  else yield { problem: "neither an observation (traceId, type, startTime) nor a trace (id, timestamp)" };
}

function isObservation(value: JsonObject): boolean {
  const type = textMember(value, "type");
  const isTyped = type !== undefined && observationType.test(type);
  return (
    isTyped &&
    textMember(value, "id") !== undefined &&
    textMember(value, "startTime", "start_time") !== undefined
  );
}

function isTrace(value: JsonObject): boolean {
  const hasOwnMembers = [
    "observations",
    "sessionId",
    "session_id",
    "userId",
    "user_id",
    "release",
    "bookmarked",
  ];
  return (
    textMember(value, "id") !== undefined &&
    textMember(value, "timestamp") !== undefined &&
    hasOwnMembers.some((name) => name in value)
  );
}

function observationTrace(value: JsonObject, trace: JsonObject | undefined): TraceDraft {
  const type = textMember(value, "type") ?? "";
  const parentId = textMember(value, "parentObservationId", "parent_observation_id");
  const traceId = textMember(value, "traceId", "trace_id");
  const role: SpanRole = modelTypes.has(type) ? "model" : parentId === undefined ? "root" : "step";
  const { fields, kept } = spanPayload("langfuse", role, valueIn(value, "input"), valueIn(value, "output"));
  const startedAt = instantOf(value["startTime"] ?? value["start_time"]);
  const endedAt = instantOf(value["endTime"] ?? value["end_time"]);
  const latency = numberMember(value, "latency");
  const promptPath = textMember(value, "promptName", "prompt_name");
  const version = numberMember(value, "promptVersion", "prompt_version");
  const isError = textMember(value, "level") === "ERROR";
  return {
    traceId: textMember(value, "id"),
    parentId: parentId ?? (trace === undefined ? undefined : textMember(trace, "id")),
    chainId: traceId,
    chatId: textMember({ ...trace, ...value }, "sessionId", "session_id"),
    user: textMember({ ...trace, ...value }, "userId", "user_id"),
    name: textMember(value, "name"),
    startedAt,
    endedAt,
    // Seconds in the API and in blob storage.
    latencyMs: latency === undefined ? elapsedMs(startedAt, endedAt) : Math.round(latency * 1000),
    parameters: objectMember(value, "modelParameters", "model_parameters"),
    ...fields,
    model: textMember(value, "providedModelName", "provided_model_name", "model") ?? fields.model,
    ...usageOf(value),
    ...costsOf(value),
    ...(promptPath === undefined
      ? {}
      : { prompt: { path: promptPath, ...(version === undefined ? {} : { version }) } }),
    error: isError ? (textMember(value, "statusMessage", "status_message") ?? "error") : undefined,
    environment: textMember(value, "environment"),
    metadata: objectMember(value, "metadata"),
    feedback: ratingsOf([
      ...scoresOf(value),
      ...scoresOf(trace).filter((score) => observationOf(score) === textMember(value, "id")),
    ]),
    other: mergedOther("langfuse", kept, leftovers("langfuse", value, observationMembers), {
      langfuse: { type },
    }),
  };
}

function* traceParts(value: JsonObject): Generator<Part> {
  const { fields } = spanPayload("langfuse", "root", valueIn(value, "input"), valueIn(value, "output"));
  const latency = numberMember(value, "latency");
  yield {
    trace: {
      traceId: textMember(value, "id"),
      chainId: textMember(value, "id"),
      chatId: textMember(value, "sessionId", "session_id"),
      user: textMember(value, "userId", "user_id"),
      name: textMember(value, "name"),
      startedAt: instantOf(value["timestamp"]),
      latencyMs: latency === undefined ? undefined : Math.round(latency * 1000),
      ...fields,
      environment: textMember(value, "environment"),
      metadata: objectMember(value, "metadata"),
      feedback: ratingsOf(scoresOf(value).filter((score) => observationOf(score) === undefined)),
      other: leftovers("langfuse", value, traceMembers),
    },
  };
  const observations = value["observations"];
  for (const one of Array.isArray(observations) ? observations : []) {
    if (isJsonObject(one) && isObservation(one)) yield { trace: observationTrace(one, value) };
    // Exported tables list only the ids of observations; the observations are a separate export.
    else if (typeof one !== "string") yield { problem: "an observation without id, type or startTime" };
  }
}

/** Scores of an observation or a trace. Exported tables contain only their ids. */
function scoresOf(value: JsonObject | undefined): readonly JsonObject[] {
  const scores = parsedMember(value?.["scores"]);
  return Array.isArray(scores) ? scores.filter(isJsonObject) : [];
}

function observationOf(score: JsonObject): string | undefined {
  return textMember(score, "observationId", "observation_id");
}

/**
 * Scores from 0 to 1 become ratings. Other scales and categories do not express right or wrong; all scores
 * are kept in `other`.
 */
function ratingsOf(scores: readonly JsonObject[]): TraceDraft["feedback"] {
  const ratings = scores.flatMap((score) => {
    const { value } = score;
    const isCategory = textMember(score, "dataType", "data_type") === "CATEGORICAL";
    if (isCategory || !isShare(value)) return [];
    return feedbackOfScore({
      name: textMember(score, "name") ?? "score",
      value,
      comment: textMember(score, "comment"),
      by: textMember(score, "authorUserId", "author_user_id"),
      at: instantOf(score["timestamp"] ?? score["createdAt"] ?? score["created_at"]),
    });
  });
  return ratings.length === 0 ? undefined : ratings;
}

function usageOf(value: JsonObject): Pick<TraceDraft, "usage"> {
  const details = objectMember(value, "usageDetails", "usage_details");
  const usage = objectMember(value, "usage");
  const flat = { input: value["inputUsage"] ?? null, output: value["outputUsage"] ?? null };
  return [details, usage, flat].map(usageFields).find((one) => one.usage !== undefined) ?? {};
}

function costsOf(value: JsonObject): Pick<TraceDraft, "promptCostUsd" | "outputCostUsd" | "costUsd"> {
  const details = objectMember(value, "costDetails", "cost_details") ?? {};
  return {
    promptCostUsd: numberMember(details, "input") ?? numberMember(value, "calculatedInputCost", "inputCost"),
    outputCostUsd:
      numberMember(details, "output") ?? numberMember(value, "calculatedOutputCost", "outputCost"),
    costUsd:
      numberMember(details, "total") ?? numberMember(value, "calculatedTotalCost", "totalCost", "total_cost"),
  };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
