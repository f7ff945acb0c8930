import type { JsonObject } from "../../../core/data/json.ts";
import type { Part, TraceDraft } from "../../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  textMember,
  valueIn,
} from "../../json-members.ts";
import { usageFields } from "../../payload-output.ts";
import { mergedOther, type SpanRole, spanPayload } from "../../span-trace.ts";
import { feedbackOfScores } from "./langfuse-scores.ts";

const modelTypes: ReadonlySet<string> = new Set(["GENERATION"]);
/** Parts of an application: their input is not that of the application, even without a parent. */
const partTypes: ReadonlySet<string> = new Set([
  "TOOL",
  "RETRIEVER",
  "EMBEDDING",
  "EVALUATOR",
  "GUARDRAIL",
  "EVENT",
]);
const observationMembers = new Set(
  [
    "id traceId type name startTime endTime model providedModelName modelParameters input output metadata usage",
    "usageDetails inputUsage outputUsage inputCost outputCost totalCost calculatedInputCost calculatedOutputCost",
    "calculatedTotalCost costDetails level statusMessage parentObservationId promptName promptVersion latency",
    "environment userId sessionId",
  ].flatMap((line) => line.split(" ").flatMap((name) => [name, snake(name)])),
);
/**
 * The part of an observation. `trace` is the trace it was downloaded with; `scores` are those on it and on its
 * trace.
 */
export function observationPart(
  value: JsonObject,
  trace: JsonObject | undefined,
  scores: readonly JsonObject[],
): Part {
  const isModel = modelTypes.has(textMember(value, "type") ?? "");
  const isEmpty = valueIn(value, "input") === undefined && valueIn(value, "output") === undefined;
  if (isModel && isEmpty && textMember(value, "level") !== "ERROR")
    return { leftOut: "generations", reason: "the download has neither their input nor their output" };
  return { trace: observationTrace(value, trace, scores) };
}

function observationTrace(
  value: JsonObject,
  trace: JsonObject | undefined,
  scores: readonly JsonObject[],
): TraceDraft {
  const type = textMember(value, "type") ?? "";
  const parentId = textMember(value, "parentObservationId", "parent_observation_id");
  const traceId = textMember(value, "traceId", "trace_id");
  const isOutermost = parentId === undefined && !partTypes.has(type);
  const role: SpanRole = modelTypes.has(type) ? "model" : isOutermost ? "root" : "step";
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
    feedback: feedbackOfScores(scores),
    other: mergedOther("langfuse", kept, leftovers("langfuse", value, observationMembers), {
      langfuse: { type },
    }),
  };
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

/** `startTime` → `start_time`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
