import { readFile, stat } from "node:fs/promises";
import { thrownReason } from "../../core/errors.ts";
import type { MlflowClient } from "../../mlflow/mlflow-client.ts";
import type { TrackedArtifact } from "../../mlflow/tracking/tracked-values.ts";
import { createTracker, type Tracker, type TrackingSummary } from "../../mlflow/tracking/tracker.ts";
import type { RunResult } from "../session/run-project.ts";
import type { RunRequest } from "../session/run-request.ts";
import { openRunStore, type RunFolder, type RunStore } from "../store/run-store.ts";
import { createRunFollower, endOf, ownTagsOf, type RunFollower, type RunResults } from "./follow-run.ts";
import { type AbandonedRuns, abandonedRuns, openStoredRuns, type StoredMlflowRuns } from "./stored-runs.ts";

/** A run to track in MLflow, and what its folder holds of that. */
export interface RunTracking {
  readonly follower: RunFollower;
  /** Before anything happens in the folder. Rejects if it cannot be read. */
  opened(folder: RunFolder): Promise<void>;
  /** Sends what is left. Without a result: the run failed. Never rejects. */
  finish(
    result: RunResult | undefined,
    pushed: RunResults["pushed"],
  ): Promise<{ readonly warnings: readonly string[]; readonly notes: readonly string[] }>;
}

/** Follows the run of a request, and ends the runs in MLflow that earlier processes could not end. */
export function openRunTracking(
  client: MlflowClient,
  experiment: string,
  { opened, ownProcess, isProcessAlive }: Pick<RunRequest, "opened" | "ownProcess" | "isProcessAlive">,
): RunTracking {
  const { address } = client;
  const tracker = createTracker(client, { experiment });
  const follower = createRunFollower(tracker);
  const runStore = openRunStore(opened.config.statePath);
  const stores: StoredMlflowRuns[] = [];
  return {
    follower,
    async opened(folder) {
      const stored = await openStoredRuns(runStore, folder, { address, ownProcess });
      stores.push(stored);
      follower.remember(stored);
      for (const abandoned of await abandonedRuns(runStore, folder, { address, isProcessAlive })) {
        stores.push(await endAbandoned(tracker, runStore, abandoned, { address, ownProcess }));
      }
    },
    async finish(result, pushed) {
      const artifacts = result === undefined ? [] : await artifactsOf(result.folder);
      follower.finish(result && { record: result.record, artifacts, pushed });
      const summary = await tracker.close();
      const written = await Promise.allSettled(stores.map((stored) => stored.flush()));
      const unwritten = written.flatMap((one) =>
        one.status === "rejected" ? [thrownReason(one.reason)] : [],
      );
      return { notes: summary.notes, warnings: [...lossesOf(summary), ...unwritten] };
    },
  };
}

async function endAbandoned(
  tracker: Tracker,
  runStore: RunStore,
  { folder, runs }: AbandonedRuns,
  owner: Parameters<typeof openStoredRuns>[2],
): Promise<StoredMlflowRuns> {
  const stored = await openStoredRuns(runStore, folder, owner);
  const endedMs = await lastActivityMs(folder);
  // With a record, the run had ended, and only MLflow did not get it.
  const record = await runStore.readRecord(folder).catch(() => undefined);
  for (const [name, { runId }] of runs) {
    const ended = record?.optimizations.find((one) => one.name === name);
    const status = record === undefined || ended === undefined ? "KILLED" : endOf(ended, record);
    const ownTags = ownTagsOf(folder.run, name);
    tracker.endAbandoned({ runId, ownTags, status, endedMs }, () => stored.set(name, { runId, status }));
  }
  return stored;
}

/** The last event of the run is the best guess at its end. */
async function lastActivityMs(folder: RunFolder): Promise<number> {
  const found = await stat(folder.file("events.jsonl")).catch(() => undefined);
  return Math.round(found?.mtimeMs ?? Date.now());
}

async function artifactsOf(folder: RunFolder): Promise<readonly TrackedArtifact[]> {
  const files = [
    ["report.html", "text/html"],
    ["record.json", "application/json"],
  ] as const;
  const artifacts: TrackedArtifact[] = [];
  for (const [path, contentType] of files) {
    const content = await readFile(folder.file(path)).catch(() => undefined);
    if (content !== undefined) artifacts.push({ path, content, contentType });
  }
  return artifacts;
}

/** One warning for everything that did not arrive. */
function lossesOf(summary: TrackingSummary): readonly string[] {
  if (summary.losses.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { what, count } of summary.losses) counts.set(what, (counts.get(what) ?? 0) + count);
  const lost = [...counts].map(([what, count]) =>
    what === "status" ? "the status" : `${count} ${what}${count === 1 ? "" : "s"}`,
  );
  const reasons = [...new Set(summary.losses.map(({ reason }) => reason))];
  return [`MLflow did not get ${lost.join(", ")}: ${reasons.join("; ")}`];
}
