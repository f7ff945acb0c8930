import { ensureExperiment } from "../experiments.ts";
import type { MlflowClient } from "../mlflow-client.ts";
import { type AbandonedRun, endAbandonedRun } from "./continue-run.ts";
import { createOperationQueue, type TrackingLoss } from "./operation-queue.ts";
import { startTrackedRun, type TrackedRun } from "./tracked-run.ts";
import type { TrackedRunStart } from "./tracked-values.ts";

export interface TrackingSummary {
  /** Runs, metrics, artifacts and so on that the server took. */
  readonly sent: number;
  readonly losses: readonly TrackingLoss[];
  readonly runIds: readonly string[];
  /** What was done otherwise than planned. */
  readonly notes: readonly string[];
}

/** Follows runs from the outside: it can neither change, slow nor fail them. */
export interface Tracker {
  startRun(start: TrackedRunStart): TrackedRun;
  /**
   * Ends the run of a process that is gone, unless it has an end. `onEnded`: the server has it. What fails is no loss
   * of this tracker's runs.
   */
  endAbandoned(abandoned: AbandonedRun, onEnded: () => void): void;
  /** Sends what is left, for ten seconds at most. Runs that are not finished end as KILLED. Never rejects. */
  close(): Promise<TrackingSummary>;
}

export interface TrackerOptions {
  /** Name; the experiment is made when there is none. */
  readonly experiment: string;
  readonly maxOperations?: number;
  /** Of artifacts that wait. */
  readonly maxBytes?: number;
  readonly flushTimeoutMs?: number;
  readonly retryDelayMs?: number;
  readonly now?: () => number;
}

export function createTracker(client: MlflowClient, options: TrackerOptions): Tracker {
  const { experiment, maxOperations = 10_000, maxBytes = 100_000_000, retryDelayMs = 1000 } = options;
  const queue = createOperationQueue({ maxOperations, maxBytes, retryDelayMs });
  const runs: TrackedRun[] = [];
  const notes: string[] = [];
  let experimentId: string | undefined;
  const services = {
    client,
    queue,
    now: options.now ?? Date.now,
    note: (text: string) => void notes.push(text),
    async experimentId(signal: AbortSignal) {
      experimentId ??= await ensureExperiment(client, experiment, { signal, attempts: 1 });
      return experimentId;
    },
  };
  return {
    startRun(start) {
      const run = startTrackedRun(start, services);
      runs.push(run);
      return run;
    },
    endAbandoned(abandoned, onEnded) {
      queue.add({
        what: "status",
        bytes: 0,
        isLast: true,
        drop: () => 0,
        async send(signal) {
          await endAbandonedRun({ client, signal }, abandoned);
          onEnded();
          return 0;
        },
      });
    },
    async close() {
      for (const run of runs) run.finish("KILLED");
      await queue.close(options.flushTimeoutMs ?? 10_000);
      return {
        sent: queue.sent,
        losses: queue.losses,
        runIds: runs.flatMap(({ runId }) => runId ?? []),
        notes,
      };
    },
  };
}
