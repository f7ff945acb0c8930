import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember, valueIn } from "../../json-members.ts";
import { spanPayload } from "../../span-trace.ts";
import { observationPart, snake } from "./langfuse-observation.ts";
import { feedbackOfScores, scoredObservation, scoresOf } from "./langfuse-scores.ts";

const observationType = /^[A-Z_]{3,20}$/;
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
  recognizes: (value) => isJsonObject(value) && (isObservation(value) || isTrace(value) || isDownload(value)),
  read: eachValue("langfuse", parts),
};

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value)) yield { problem: "an observation or a trace is an object" };
  else if (isObservation(value)) yield observationPart(value, undefined, scoresOf(value));
  else if (isTrace(value)) yield* traceParts(value);
  else if (isDownload(value)) yield* downloadParts(value);
  else
    yield {
      problem:
        "neither an observation (traceId, type, startTime) nor a trace (id, timestamp), nor a download of one",
    };
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
      feedback: feedbackOfScores(scoresOf(value).filter((score) => scoredObservation(score) === undefined)),
      other: leftovers("langfuse", value, traceMembers),
    },
  };
  const observations = value["observations"];
  for (const one of Array.isArray(observations) ? observations : []) {
    if (isJsonObject(one) && isObservation(one)) yield observationPart(one, value, scoresOn(one, value));
    // Exported tables list only the ids of observations; the observations are a separate export.
    else if (typeof one !== "string") yield { problem: "an observation without id, type or startTime" };
  }
}

function scoresOn(observation: JsonObject, holder: JsonObject): readonly JsonObject[] {
  const id = textMember(observation, "id");
  const ofTrace = scoresOf(holder).filter((score) => scoredObservation(score) === id);
  return [...scoresOf(observation), ...ofTrace];
}

/** A trace as "Download JSON" writes it since v4: `{observations, scores}`; before: `{trace, observations}`. */
function isDownload(value: JsonObject): boolean {
  const { observations, trace } = value;
  if (!Array.isArray(observations) || (observations.length === 0 && !isJsonObject(trace))) return false;
  const isWhole = observations.every((one: JsonValue) => isJsonObject(one) && isObservation(one));
  return isWhole && ("scores" in value || (isJsonObject(trace) && isTrace({ observations, ...trace })));
}

function* downloadParts(value: JsonObject): Generator<Part> {
  const { trace, observations, scores } = value;
  if (isJsonObject(trace)) {
    yield* traceParts({
      ...trace,
      observations: observations ?? [],
      ...(scores === undefined ? {} : { scores }),
    });
    return;
  }
  const list = (Array.isArray(observations) ? observations : []).filter(isJsonObject);
  const roots = list.filter((one: JsonObject) => textMember(one, "parentObservationId") === undefined);
  const ofTrace = scoresOf(value).filter((score) => scoredObservation(score) === undefined);
  const [root] = roots;
  for (const one of list) {
    // A score on the trace is one on its outermost observation.
    const inherited = one === root && roots.length === 1 ? ofTrace : [];
    yield observationPart(one, undefined, [...scoresOn(one, value), ...inherited]);
  }
  if (roots.length !== 1)
    for (const _ of ofTrace)
      yield { leftOut: "scores of traces", reason: "the trace has no single outermost observation" };
}
