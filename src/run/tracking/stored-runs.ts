import { readFile } from "node:fs/promises";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { formatMark, type IsProcessAlive, type ProcessMark, parseMark } from "../../disk/process-mark.ts";
import type { TrackedStatus } from "../../mlflow/tracking/tracked-values.ts";
import type { RunFolder, RunStore } from "../store/run-store.ts";

/** A run of MLflow as stored in the folder of its run. */
export interface StoredMlflowRun {
  readonly runId: string;
  readonly status: TrackedStatus | "RUNNING";
}

/** `mlflow.json` of a run folder: which run of MLflow belongs to each optimization. */
export interface StoredMlflowRuns {
  /** Of an earlier session. */
  readonly earlier: ReadonlyMap<string, StoredMlflowRun>;
  set(optimization: string, run: StoredMlflowRun): void;
  /** Resolves when everything is written; rejects with StoreError. */
  flush(): Promise<void>;
}

interface StoredFile {
  readonly address: string;
  readonly owner: ProcessMark | undefined;
  readonly runs: ReadonlyMap<string, StoredMlflowRun>;
}

/** A folder without the file, or with a damaged one, has no earlier runs. */
export async function openStoredRuns(
  runStore: Pick<RunStore, "write">,
  folder: RunFolder,
  owner: { readonly address: string; readonly ownProcess: ProcessMark },
): Promise<StoredMlflowRuns> {
  const earlier = (await readFolder(folder))?.runs ?? new Map<string, StoredMlflowRun>();
  const runs = new Map(earlier);
  let written: Promise<void> = Promise.resolve();
  return {
    earlier,
    set(optimization, run) {
      runs.set(optimization, run);
      const text = fileText({ address: owner.address, owner: owner.ownProcess, runs });
      written = written.then(() => runStore.write(folder, "mlflow.json", text));
      // flush() reports it.
      written.catch(() => {});
    },
    flush: () => written,
  };
}

/** Runs of MLflow on this server whose process ended before they did. */
export interface AbandonedRuns {
  readonly folder: RunFolder;
  readonly runs: ReadonlyMap<string, StoredMlflowRun>;
}

const newestFolders = 50;

/** Looks at the newest folders, except `current`. */
export async function abandonedRuns(
  runStore: Pick<RunStore, "folders">,
  current: RunFolder,
  server: { readonly address: string; readonly isProcessAlive: IsProcessAlive },
): Promise<readonly AbandonedRuns[]> {
  const found: AbandonedRuns[] = [];
  for (const folder of (await runStore.folders()).slice(0, newestFolders)) {
    const stored = folder.run === current.run ? undefined : await readFolder(folder);
    if (stored === undefined || stored.address !== server.address) continue;
    const { owner } = stored;
    if (owner !== undefined && server.isProcessAlive(owner.pid, owner.startedAt)) continue;
    const runs = [...stored.runs].filter(([, { status }]) => status === "RUNNING");
    if (runs.length > 0) found.push({ folder, runs: new Map(runs) });
  }
  return found;
}

async function readFolder(folder: RunFolder): Promise<StoredFile | undefined> {
  const text = await readFile(folder.file("mlflow.json"), "utf8").catch(() => "");
  try {
    const json: unknown = JSON.parse(text);
    if (!isJsonObject(json)) return undefined;
    const { address, process: owner, runs } = json;
    return {
      address: String(address),
      owner: parseMark(String(owner)),
      runs: new Map(Object.entries(isJsonObject(runs) ? runs : {}).flatMap(entryOf)),
    };
  } catch {
    return undefined;
  }
}

function entryOf([name, run]: [string, unknown]): readonly (readonly [string, StoredMlflowRun])[] {
  if (!isJsonObject(run) || typeof run["run_id"] !== "string") return [];
  return [[name, { runId: run["run_id"], status: run["status"] as StoredMlflowRun["status"] }]];
}

function fileText({ address, owner, runs }: StoredFile): string {
  const file: JsonObject = {
    format: 1,
    address,
    process: owner === undefined ? null : formatMark(owner),
    runs: Object.fromEntries([...runs].map(([name, { runId, status }]) => [name, { run_id: runId, status }])),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
