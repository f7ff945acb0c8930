import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/json.ts";
import { eachValue, type Part, type TraceDraft } from "../each-value.ts";
import type { ImportFormat } from "../import-format.ts";
import { instantOf, leftovers, numberIn, objectIn, textIn, unpacked, valueIn } from "../json-members.ts";
import { usageFields } from "../payload-output.ts";
import { feedbackOfScore, isShare } from "../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../span-trace.ts";

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
 * Langfuse's exports: observations (from the table, the API or blob storage; camelCase and snake_case), traces,
 * and a trace downloaded with its observations.
 * https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
 */
export const langfuse: ImportFormat = {
  name: "langfuse",
  summary: "Langfuse observations and traces: JSON, JSON Lines and CSV",
  recognises: (value) => isJsonObject(value) && (isObservation(value) || isTrace(value)),
  read: eachValue("langfuse", parts),
};

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value)) yield { problem: "an observation or a trace is an object" };
  else if (isObservation(value)) yield { trace: observationTrace(value, undefined) };
  else if (isTrace(value)) yield* traceParts(value);
  else yield { problem: "neither an observation (traceId, type, startTime) nor a trace (id, timestamp)" };
}

function isObservation(value: JsonObject): boolean {
  const type = textIn(value, "type");
  const isTyped = type !== undefined && observationType.test(type);
  return (
    isTyped && textIn(value, "id") !== undefined && textIn(value, "startTime", "start_time") !== undefined
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
    textIn(value, "id") !== undefined &&
    textIn(value, "timestamp") !== undefined &&
    hasOwnMembers.some((name) => name in value)
  );
}

function observationTrace(value: JsonObject, trace: JsonObject | undefined): TraceDraft {
  const type = textIn(value, "type") ?? "";
  const parentId = textIn(value, "parentObservationId", "parent_observation_id");
  const traceId = textIn(value, "traceId", "trace_id");
  const role: SpanRole = modelTypes.has(type) ? "model" : parentId === undefined ? "root" : "step";
  const { fields, kept } = spanPayload("langfuse", role, valueIn(value, "input"), valueIn(value, "output"));
  const startedAt = instantOf(value["startTime"] ?? value["start_time"]);
  const endedAt = instantOf(value["endTime"] ?? value["end_time"]);
  const latency = numberIn(value, "latency");
  const promptPath = textIn(value, "promptName", "prompt_name");
  const version = numberIn(value, "promptVersion", "prompt_version");
  const isError = textIn(value, "level") === "ERROR";
  return {
    traceId: textIn(value, "id"),
    parentId: parentId ?? (trace === undefined ? undefined : textIn(trace, "id")),
    chainId: traceId,
    chatId: textIn({ ...trace, ...value }, "sessionId", "session_id"),
    user: textIn({ ...trace, ...value }, "userId", "user_id"),
    name: textIn(value, "name"),
    startedAt,
    endedAt,
    // Seconds in the API and in blob storage.
    latencyMs: latency === undefined ? elapsed(startedAt, endedAt) : Math.round(latency * 1000),
    parameters: objectIn(value, "modelParameters", "model_parameters"),
    ...fields,
    model: textIn(value, "providedModelName", "provided_model_name", "model") ?? fields.model,
    ...usageOf(value),
    ...costsOf(value),
    ...(promptPath === undefined
      ? {}
      : { prompt: { path: promptPath, ...(version === undefined ? {} : { version }) } }),
    error: isError ? (textIn(value, "statusMessage", "status_message") ?? "error") : undefined,
    environment: textIn(value, "environment"),
    metadata: objectIn(value, "metadata"),
    feedback: ratingsOf([
      ...scoresOf(value),
      ...scoresOf(trace).filter((score) => observationOf(score) === textIn(value, "id")),
    ]),
    other: mergedOther("langfuse", kept, leftovers("langfuse", value, observationMembers), {
      langfuse: { type },
    }),
  };
}

function* traceParts(value: JsonObject): Generator<Part> {
  const { fields } = spanPayload("langfuse", "root", valueIn(value, "input"), valueIn(value, "output"));
  const latency = numberIn(value, "latency");
  yield {
    trace: {
      traceId: textIn(value, "id"),
      chainId: textIn(value, "id"),
      chatId: textIn(value, "sessionId", "session_id"),
      user: textIn(value, "userId", "user_id"),
      name: textIn(value, "name"),
      startedAt: instantOf(value["timestamp"]),
      latencyMs: latency === undefined ? undefined : Math.round(latency * 1000),
      ...fields,
      environment: textIn(value, "environment"),
      metadata: objectIn(value, "metadata"),
      feedback: ratingsOf(scoresOf(value).filter((score) => observationOf(score) === undefined)),
      other: leftovers("langfuse", value, traceMembers),
    },
  };
  const observations = value["observations"];
  for (const one of Array.isArray(observations) ? observations : []) {
    if (isJsonObject(one) && isObservation(one)) yield { trace: observationTrace(one, value) };
    // The list of a table holds ids only: the observations are another export.
    else if (typeof one !== "string") yield { problem: "an observation without id, type or startTime" };
  }
}

/** Of an observation or a trace; lists of a table hold their ids only. */
function scoresOf(value: JsonObject | undefined): readonly JsonObject[] {
  const scores = unpacked(value?.["scores"]);
  return Array.isArray(scores) ? scores.filter(isJsonObject) : [];
}

function observationOf(score: JsonObject): string | undefined {
  return textIn(score, "observationId", "observation_id");
}

/** Scores on another scale, and categories, say nothing of right and wrong: they stay beside, as all scores do. */
function ratingsOf(scores: readonly JsonObject[]): TraceDraft["feedback"] {
  const ratings = scores.flatMap((score) => {
    const { value } = score;
    const isCategory = textIn(score, "dataType", "data_type") === "CATEGORICAL";
    if (isCategory || !isShare(value)) return [];
    return feedbackOfScore({
      name: textIn(score, "name") ?? "score",
      value,
      comment: textIn(score, "comment"),
      by: textIn(score, "authorUserId", "author_user_id"),
      at: instantOf(score["timestamp"] ?? score["createdAt"] ?? score["created_at"]),
    });
  });
  return ratings.length === 0 ? undefined : ratings;
}

function usageOf(value: JsonObject): Pick<TraceDraft, "usage"> {
  const details = objectIn(value, "usageDetails", "usage_details");
  const usage = objectIn(value, "usage");
  const flat = { input: value["inputUsage"] ?? null, output: value["outputUsage"] ?? null };
  return [details, usage, flat].map(usageFields).find((one) => one.usage !== undefined) ?? {};
}

function costsOf(value: JsonObject): Pick<TraceDraft, "promptCostUsd" | "outputCostUsd" | "costUsd"> {
  const details = objectIn(value, "costDetails", "cost_details") ?? {};
  return {
    promptCostUsd: numberIn(details, "input") ?? numberIn(value, "calculatedInputCost", "inputCost"),
    outputCostUsd: numberIn(details, "output") ?? numberIn(value, "calculatedOutputCost", "outputCost"),
    costUsd: numberIn(details, "total") ?? numberIn(value, "calculatedTotalCost", "totalCost", "total_cost"),
  };
}

function elapsed(startedAt: string | undefined, endedAt: string | undefined): number | undefined {
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : Date.parse(endedAt) - Date.parse(startedAt);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
