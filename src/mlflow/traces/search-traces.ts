import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { experimentIdOf } from "../experiments.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, readPages, tagsOf } from "../read-pages.ts";
import { decodeAssessments, type MlflowAssessment } from "./assessments.ts";
import { decodeMlflowSpan, type MlflowSpan, packMlflowAttributes } from "./decode-span.ts";
import { restoreText } from "./restore-text.ts";

/** A trace of MLflow, independent of how this program stores traces. */
export interface MlflowTrace {
  /** `tr-…` */
  readonly traceId: string;
  /** ISO 8601, UTC. */
  readonly startTime: string;
  /** `OK`, `ERROR` or `IN_PROGRESS`. */
  readonly status: string;
  /** Of the outermost span; absent when it has none. */
  readonly inputs?: JsonValue;
  readonly outputs?: JsonValue;
  /** MLflow's attributes are texts of JSON, as over OTLP. Empty when the server does not hold the spans. */
  readonly spans: readonly MlflowSpan[];
  readonly assessments: readonly MlflowAssessment[];
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: JsonObject;
}

export interface TraceSearch {
  readonly experiment: { readonly id: string } | { readonly name: string };
  /** MLflow's own: `attributes.status = 'OK'`. */
  readonly filter?: string | undefined;
  /** Absent: all. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

const api = "/api/3.0/mlflow/traces";
const pageSize = 500;
/** So many ids fit a URL, and so many traces an answer. */
const batchSize = 50;
const artifactsAtOnce = 8;
const absentKinds: ReadonlySet<string> = new Set([
  "not_found",
  "rejected",
  "server",
  "unsupported",
  "not_mlflow",
]);

/** Traces of an experiment with their spans, newest first. */
export async function* searchMlflowTraces(
  client: MlflowClient,
  { experiment, filter, limit = Number.POSITIVE_INFINITY, signal }: TraceSearch,
): AsyncGenerator<MlflowTrace> {
  const id = "id" in experiment ? experiment.id : await experimentIdOf(client, experiment.name, { signal });
  let left = limit;
  const pages = readPages((token) =>
    client.call({
      method: "POST",
      path: `${api}/search`,
      isIdempotent: true,
      signal,
      body: {
        locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: id } }],
        max_results: Math.min(pageSize, left),
        order_by: ["timestamp_ms DESC"],
        ...(filter === undefined ? {} : { filter }),
        ...(token === undefined ? {} : { page_token: token }),
      },
    }),
  );
  for await (const page of pages) {
    const infos = objectsOf(page["traces"]).slice(0, left);
    for (let at = 0; at < infos.length; at += batchSize) {
      yield* await withSpans(client, infos.slice(at, at + batchSize), signal);
    }
    left -= infos.length;
    if (left <= 0) return;
  }
}

/** In the order of the infos: the server answers in its own, and leaves out what it does not hold. */
async function withSpans(
  client: MlflowClient,
  infos: readonly JsonObject[],
  signal: AbortSignal | undefined,
): Promise<readonly MlflowTrace[]> {
  const stored = infos
    .filter((info) => isStored(client, info))
    .flatMap((info) => memberText(info["trace_id"]) ?? []);
  const answer =
    stored.length === 0
      ? {}
      : await client.call({ method: "GET", path: `${api}/batchGet`, query: { trace_ids: stored }, signal });
  const spans = new Map(
    objectsOf(answer["traces"]).map((trace) => {
      const info = isJsonObject(trace["trace_info"]) ? trace["trace_info"] : {};
      return [memberText(info["trace_id"]) ?? "", trace["spans"]] as const;
    }),
  );
  const others = infos
    .filter((info) => !isStored(client, info))
    .flatMap((info) => memberText(info["trace_id"]) ?? []);
  for (let at = 0; at < others.length; at += artifactsAtOnce) {
    await Promise.all(
      others.slice(at, at + artifactsAtOnce).map(async (id) => {
        spans.set(id, await spansOfArtifact(client, id, signal));
      }),
    );
  }
  return infos.map((info) => traceOf(info, spans.get(memberText(info["trace_id"]) ?? "")));
}

/** In the database, where batchGet reads; it fails for a whole batch that holds another one. */
function isStored(client: MlflowClient, info: JsonObject): boolean {
  const location = tagsIn(info)["mlflow.trace.spansLocation"];
  return client.kind === "databricks" || location === "TRACKING_STORE" || location === "ARCHIVE_REPO";
}

/**
 * Spans among the artifacts, where MLflow's Python client puts them if the server does not give its version within
 * 3 s, or has no database; the server reads them for its own pages. Undefined when they cannot be read.
 */
async function spansOfArtifact(
  client: MlflowClient,
  traceId: string,
  signal: AbortSignal | undefined,
): Promise<JsonValue | undefined> {
  const path = "/ajax-api/3.0/mlflow/get-trace-artifact";
  try {
    const data = await client.call({
      method: "GET",
      path,
      query: { request_id: traceId },
      signal,
      attempts: 2,
    });
    return data["spans"];
  } catch (error) {
    // Never written, or in a storage that the server does not read: a trace without spans, and no failed search.
    if (error instanceof MlflowError && absentKinds.has(error.kind)) return undefined;
    throw error;
  }
}

/** A `{trace_info, spans}` of the server, as batchGet answers. */
export function decodeMlflowTrace(trace: JsonObject): MlflowTrace {
  return traceOf(isJsonObject(trace["trace_info"]) ? trace["trace_info"] : {}, trace["spans"]);
}

function traceOf(info: JsonObject, list: JsonValue | undefined): MlflowTrace {
  const spans = objectsOf(list).flatMap((span) => decodeMlflowSpan(span) ?? []);
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
  const metadata = isJsonObject(info["trace_metadata"]) ? info["trace_metadata"] : {};
  const inputs = restoreText(root?.attributes["mlflow.spanInputs"], metadata, "inputs");
  const outputs = restoreText(root?.attributes["mlflow.spanOutputs"], metadata, "outputs");
  const started = Date.parse(memberText(info["request_time"]) ?? "");
  return {
    traceId: memberText(info["trace_id"]) ?? "",
    startTime: Number.isNaN(started) ? (root?.startedAt ?? "") : new Date(started).toISOString(),
    status: memberText(info["state"]) ?? "STATE_UNSPECIFIED",
    ...(inputs === undefined || inputs === null ? {} : { inputs }),
    ...(outputs === undefined || outputs === null ? {} : { outputs }),
    spans: spans.map(packMlflowAttributes),
    assessments: decodeAssessments(info["assessments"]),
    tags: tagsIn(info),
    metadata,
  };
}

/** An object, or a list of keys and values, as the server's version has it. */
function tagsIn(info: JsonObject): Readonly<Record<string, string>> {
  const tags = info["tags"];
  if (!isJsonObject(tags)) return tagsOf(tags);
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}
