import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { MlflowClient, MlflowRequest } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, tagList } from "../read-pages.ts";
import type {
  TrackedArtifact,
  TrackedDataset,
  TrackedMetric,
  TrackedRunStart,
  TrackedStatus,
} from "./tracked-values.ts";

/** The server, and the signal that ends a call. */
export interface OperationContext {
  readonly client: MlflowClient;
  readonly signal: AbortSignal;
}

/** A run that the server has made. */
export interface CreatedRun {
  readonly runId: string;
  readonly artifactUri: string;
}

export const runsApi = "/api/2.0/mlflow/runs";
const longestParam = 6000;
const longestTag = 8000;
const longestDatasetText = 500;
const longestDigest = 36;
const entitiesInCall = 100;
export const metricsInCall = 1000;

type CallRequest = Pick<MlflowRequest, "method" | "path" | "query" | "body" | "upload" | "isIdempotent">;

export function callMlflow({ client, signal }: OperationContext, request: CallRequest): Promise<JsonObject> {
  // The queue has its own patience.
  return client.call({ ...request, signal, attempts: 1, timeoutMs: 30_000 });
}

/** Tag that finds a run if the response to its creation was lost. */
const attemptTag = "dao_opt.tracking_id";

export async function createRun(
  context: OperationContext,
  experimentId: string,
  { name, tags = {} }: TrackedRunStart,
  { startedMs, trackingId }: { readonly startedMs: number; readonly trackingId: string },
): Promise<CreatedRun> {
  const list = tagList(shortened(tags, longestTag)).slice(0, entitiesInCall - 1);
  const answer = await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/create`,
    body: {
      experiment_id: experimentId,
      run_name: name,
      start_time: startedMs,
      tags: [...list, { key: attemptTag, value: trackingId }],
    },
  });
  const made = createdRun(answer["run"]);
  if (made === undefined) throw new MlflowError("MLflow made a run without an id", { kind: "unsupported" });
  return made;
}

/** The run that an earlier attempt made, whose answer was lost. */
export async function findCreatedRun(
  context: OperationContext,
  experimentId: string,
  trackingId: string,
): Promise<CreatedRun | undefined> {
  const answer = await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/search`,
    body: {
      experiment_ids: [experimentId],
      filter: `tags.\`${attemptTag}\` = '${trackingId}'`,
      max_results: 1,
    },
    isIdempotent: true,
  });
  return createdRun(objectsOf(answer["runs"])[0]);
}

export function createdRun(run: JsonValue | undefined): CreatedRun | undefined {
  const info = isJsonObject(run) && isJsonObject(run["info"]) ? run["info"] : {};
  const runId = memberText(info["run_id"]);
  return runId === undefined ? undefined : { runId, artifactUri: memberText(info["artifact_uri"]) ?? "" };
}

export async function logParams(
  context: OperationContext,
  runId: string,
  params: NonNullable<TrackedRunStart["params"]>,
): Promise<void> {
  const texts = Object.entries(params).map(([key, value]) => [key, String(value)] as const);
  const list = tagList(shortened(Object.fromEntries(texts), longestParam));
  for (let at = 0; at < list.length; at += entitiesInCall) {
    await callMlflow(context, {
      method: "POST",
      path: `${runsApi}/log-batch`,
      body: { run_id: runId, params: list.slice(at, at + entitiesInCall) },
      isIdempotent: true,
    });
  }
}

export async function logMetrics(
  context: OperationContext,
  runId: string,
  metrics: readonly TrackedMetric[],
): Promise<void> {
  if (metrics.length === 0) return;
  const list = metrics.map(({ key, value, step, timestamp }) => ({
    key: metricKey(key),
    // JSON has no such numbers; MLflow reads their names.
    value: Number.isFinite(value) ? value : String(value),
    step,
    timestamp,
  }));
  await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/log-batch`,
    body: { run_id: runId, metrics: list },
    isIdempotent: true,
  });
}

export async function logDatasets(
  context: OperationContext,
  runId: string,
  datasets: readonly TrackedDataset[],
): Promise<void> {
  await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/log-inputs`,
    body: {
      run_id: runId,
      datasets: datasets.map(({ name, digest, context: use, sourceType, source }) => ({
        dataset: {
          name: name.slice(0, longestDatasetText),
          digest: digest.slice(0, longestDigest),
          source_type: sourceType,
          source: JSON.stringify(source),
        },
        tags: [{ key: "mlflow.data.context", value: use }],
      })),
    },
    isIdempotent: true,
  });
}

export async function setTags(
  context: OperationContext,
  runId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  for (const { key, value } of tagList(shortened(tags, longestTag)) as readonly {
    readonly key: string;
    readonly value: string;
  }[]) {
    await callMlflow(context, {
      method: "POST",
      path: `${runsApi}/set-tag`,
      body: { run_id: runId, key, value },
      isIdempotent: true,
    });
  }
}

export async function putArtifact(
  context: OperationContext,
  { artifactUri }: CreatedRun,
  { path, content, contentType }: TrackedArtifact,
): Promise<void> {
  const folder = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(artifactUri)?.[1];
  if (folder === undefined) {
    const scheme = /^([a-z0-9+-]+):/i.exec(artifactUri)?.[1] ?? "a folder";
    throw new MlflowError(`the server keeps artifacts in ${scheme}, and takes none itself`, {
      kind: "unsupported",
      hint: "start the server with --artifacts-destination, and use a new experiment",
    });
  }
  const place = [...folder.split("/"), ...path.split("/")].map(encodeURIComponent).join("/");
  await callMlflow(context, {
    method: "PUT",
    path: `/api/2.0/mlflow-artifacts/artifacts/${place}`,
    upload: { content, contentType },
    isIdempotent: true,
  });
}

export async function endRun(
  context: OperationContext,
  runId: string,
  status: TrackedStatus,
  endedMs: number,
): Promise<void> {
  await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/update`,
    body: { run_id: runId, status, end_time: endedMs },
    isIdempotent: true,
  });
}

/** MLflow refuses a whole batch for one key. */
export function metricKey(key: string): string {
  return key.replace(/[^\w\-./ :]/g, "_").slice(0, 250);
}

function shortened(
  values: Readonly<Record<string, string>>,
  longest: number,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      metricKey(key),
      value.length > longest ? `${value.slice(0, longest - 1)}…` : value,
    ]),
  );
}
