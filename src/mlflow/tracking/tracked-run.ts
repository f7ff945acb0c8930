import { randomUUID } from "node:crypto";
import type { MlflowClient } from "../mlflow-client.ts";
import { MlflowError } from "../mlflow-error.ts";
import { continueRun, metricMark } from "./continue-run.ts";
import type { OperationQueue } from "./operation-queue.ts";
import {
  type CreatedRun,
  createRun,
  endRun,
  findCreatedRun,
  logDatasets,
  logMetrics,
  logParams,
  metricKey,
  metricsInCall,
  putArtifact,
  setTags,
} from "./run-operations.ts";
import type {
  TrackedArtifact,
  TrackedDataset,
  TrackedMetric,
  TrackedPrompt,
  TrackedRunStart,
  TrackedStatus,
} from "./tracked-values.ts";

/** One run of MLflow. No call throws or waits; what cannot be sent is counted. */
export interface TrackedRun {
  /** Undefined until the server has made the run. */
  readonly runId: string | undefined;
  readonly isFinished: boolean;
  logMetrics(metrics: Readonly<Record<string, number>>, step?: number): void;
  logDatasets(datasets: readonly TrackedDataset[]): void;
  /** Replaces the links of before. */
  linkPrompts(prompts: readonly TrackedPrompt[]): void;
  setTags(tags: Readonly<Record<string, string>>): void;
  putArtifact(artifact: TrackedArtifact): void;
  /** Only the first one counts. */
  finish(status: TrackedStatus): void;
}

export interface RunServices {
  readonly client: MlflowClient;
  readonly queue: OperationQueue;
  experimentId(signal: AbortSignal): Promise<string>;
  /** A message for the user about something that is not lost. */
  note(text: string): void;
  now(): number;
}

const maxMetrics = 100_000;

export function startTrackedRun(start: TrackedRunStart, services: RunServices): TrackedRun {
  const { client, queue, now } = services;
  const { params = {}, startedMs = now(), continues, ownTags = {}, onStatus = () => {} } = start;
  const metrics: TrackedMetric[] = [];
  let isSendingMetrics = false;
  let isFinished = false;
  const trackingId = randomUUID();
  let isRepeated = false;
  let created: CreatedRun | undefined;
  /** What a continued run has: a resumed run repeats the steps of before. */
  let knownMetrics: ReadonlySet<string> = new Set();
  let isContinuable = continues !== undefined;
  let failure = "MLflow has not made the run";

  /** Everything else of the run waits for this one in the queue, so it is there, or will never be. */
  function createdRun(): CreatedRun {
    if (created === undefined) throw new MlflowError(failure, { kind: "rejected" });
    return created;
  }

  function add(
    what: string,
    count: number,
    send: (run: CreatedRun, signal: AbortSignal) => Promise<void>,
    { bytes = 0, isLast = false } = {},
  ): void {
    if (count === 0) return;
    queue.add({
      what,
      bytes,
      isLast,
      drop: () => count,
      async send(signal) {
        await send(createdRun(), signal);
        return count;
      },
    });
  }

  queue.add({
    what: "run",
    bytes: 0,
    isLast: false,
    drop: () => 1,
    async send(signal) {
      try {
        const experimentId = await services.experimentId(signal);
        const context = { client, signal };
        if (continues !== undefined && isContinuable) {
          const found = await continueRun(context, { runId: continues, ownTags }, experimentId);
          if ("run" in found) {
            created = found.run;
            knownMetrics = found.metrics;
            onStatus(created.runId, "RUNNING");
            return 1;
          }
          isContinuable = false;
          services.note(
            `${start.name} is a new run in MLflow: the earlier one, ${continues}, is not continued, because ${found.reason}`,
          );
        }
        created = isRepeated ? await findCreatedRun(context, experimentId, trackingId) : undefined;
        isRepeated = true;
        created ??= await createRun(context, experimentId, start, { startedMs, trackingId });
        onStatus(created.runId, "RUNNING");
        return 1;
      } catch (error) {
        if (error instanceof Error) failure = error.message;
        throw error;
      }
    },
  });
  add("param", Object.keys(params).length, ({ runId }, signal) =>
    logParams({ client, signal }, runId, params),
  );

  /** One operation for all metrics that wait: those of many steps go in one call. */
  function sendMetrics(): void {
    if (isSendingMetrics) return;
    isSendingMetrics = true;
    let sent = 0;
    queue.add({
      what: "metric",
      bytes: 0,
      isLast: false,
      drop: () => {
        isSendingMetrics = false;
        return metrics.splice(0).length;
      },
      async send(signal) {
        const { runId } = createdRun();
        while (metrics.length > 0) {
          const batch = metrics.slice(0, metricsInCall);
          const unknown = batch.filter(
            ({ key, step, value }) => !knownMetrics.has(metricMark({ key: metricKey(key), step, value })),
          );
          await logMetrics({ client, signal }, runId, unknown);
          metrics.splice(0, batch.length);
          sent += batch.length;
        }
        isSendingMetrics = false;
        return sent;
      },
    });
  }

  return {
    get runId() {
      return created?.runId;
    },
    get isFinished() {
      return isFinished;
    },
    logMetrics(values, step = 0) {
      const timestamp = now();
      for (const [key, value] of Object.entries(values)) {
        if (metrics.length < maxMetrics) metrics.push({ key, value, step, timestamp });
        else queue.lose("metric", 1, "the queue was full");
      }
      if (metrics.length > 0) sendMetrics();
    },
    logDatasets(datasets) {
      add("dataset", datasets.length, ({ runId }, signal) =>
        logDatasets({ client, signal }, runId, datasets),
      );
    },
    linkPrompts(prompts) {
      const linked = prompts.map(({ name, version }) => ({ name, version: String(version) }));
      const tags = { "mlflow.linkedPrompts": JSON.stringify(linked) };
      add("prompt link", prompts.length, ({ runId }, signal) => setTags({ client, signal }, runId, tags));
    },
    setTags(tags) {
      add("tag", Object.keys(tags).length, ({ runId }, signal) => setTags({ client, signal }, runId, tags));
    },
    putArtifact(artifact) {
      const limits = { bytes: artifact.content.length, isLast: true };
      add("artifact", 1, (run, signal) => putArtifact({ client, signal }, run, artifact), limits);
    },
    finish(status) {
      if (isFinished) return;
      isFinished = true;
      const endedMs = now();
      add("status", 1, async ({ runId }, signal) => {
        await endRun({ client, signal }, runId, status, endedMs);
        onStatus(runId, status);
      });
    },
  };
}
