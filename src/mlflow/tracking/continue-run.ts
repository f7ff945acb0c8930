import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf, readPages, tagsOf } from "../read-pages.ts";
import {
  type CreatedRun,
  callMlflow,
  createdRun,
  endRun,
  type OperationContext,
  runsApi,
} from "./run-operations.ts";
import type { TrackedStatus } from "./tracked-values.ts";

/** A run of MLflow that an earlier session made. */
export interface EarlierRun {
  readonly runId: string;
  /** Tags that it has if it is the same run, and not one of another server with the same id. */
  readonly ownTags: Readonly<Record<string, string>>;
}

export interface ContinuedRun {
  readonly run: CreatedRun;
  /** `metricMark` of everything it has. */
  readonly metrics: ReadonlySet<string>;
}

/**
 * Reopens a run that an earlier session made. Resolves to the reason if it is deleted, not there, another one, or
 * in another experiment. Rejects with MlflowError.
 */
export async function continueRun(
  context: OperationContext,
  earlier: EarlierRun,
  experimentId: string,
): Promise<ContinuedRun | { readonly reason: string }> {
  const found = await findRun(context, earlier);
  if ("reason" in found) return found;
  const { run, data, experiment } = found;
  if (experiment !== experimentId) return { reason: "it is in another experiment" };
  const metrics = new Set<string>();
  for (const key of objectsOf(data["metrics"]).flatMap((metric) => memberText(metric["key"]) ?? [])) {
    for await (const mark of metricMarks(context, run.runId, key)) metrics.add(mark);
  }
  await callMlflow(context, {
    method: "POST",
    path: `${runsApi}/update`,
    body: { run_id: run.runId, status: "RUNNING" },
    isIdempotent: true,
  });
  return { run, metrics };
}

/** A run whose process is gone, and how it should have ended. */
export interface AbandonedRun extends EarlierRun {
  readonly status: TrackedStatus;
  readonly endedMs: number;
}

/** Ends the run, if it is the same one and still running there. Rejects with MlflowError. */
export async function endAbandonedRun(context: OperationContext, abandoned: AbandonedRun): Promise<void> {
  const found = await findRun(context, abandoned);
  if ("reason" in found || found.status !== "RUNNING") return;
  await endRun(context, found.run.runId, abandoned.status, abandoned.endedMs);
}

/** Equal for metrics that MLflow would show twice. */
export function metricMark(metric: {
  readonly key: unknown;
  readonly step: unknown;
  readonly value: unknown;
}): string {
  return `${String(metric.key)} ${Number(metric.step ?? 0)} ${Number(metric.value)}`;
}

interface FoundRun {
  readonly run: CreatedRun;
  readonly data: JsonObject;
  readonly experiment: string | undefined;
  readonly status: string | undefined;
}

async function findRun(
  context: OperationContext,
  { runId, ownTags }: EarlierRun,
): Promise<FoundRun | { readonly reason: string }> {
  let answer: JsonObject;
  try {
    const path = `${runsApi}/get`;
    answer = await callMlflow(context, { method: "GET", path, query: { run_id: runId } });
  } catch (error) {
    const isMissing = error instanceof MlflowError && ["not_found", "rejected"].includes(error.kind);
    if (isMissing) return { reason: "it is not there" };
    throw error;
  }
  const found = isJsonObject(answer["run"]) ? answer["run"] : {};
  const info = isJsonObject(found["info"]) ? found["info"] : {};
  const data = isJsonObject(found["data"]) ? found["data"] : {};
  const run = createdRun(found);
  if (run === undefined) return { reason: "it is not there" };
  if (info["lifecycle_stage"] === "deleted") return { reason: "it is deleted" };
  const tags = tagsOf(data["tags"]);
  const isSame = Object.entries(ownTags).every(([key, value]) => tags[key] === value);
  if (!isSame) return { reason: "it belongs to another run" };
  return { run, data, experiment: memberText(info["experiment_id"]), status: memberText(info["status"]) };
}

async function* metricMarks(context: OperationContext, runId: string, key: string): AsyncGenerator<string> {
  const pages = readPages((token) =>
    callMlflow(context, {
      method: "GET",
      path: "/api/2.0/mlflow/metrics/get-history",
      query: { run_id: runId, metric_key: key, max_results: 10_000, page_token: token },
    }),
  );
  for await (const page of pages) {
    for (const { step, value } of objectsOf(page["metrics"])) yield metricMark({ key, step, value });
  }
}
