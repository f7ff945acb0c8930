import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord, RunStatus } from "../../contracts/run-record.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { NotFoundError, StoreError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { addSpend, noSpend } from "../../core/usage.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import type { IsProcessAlive } from "../../disk/process-mark.ts";
import { completeRecord, fromRecordJson, toRecordJson } from "../record/record-json.ts";
import { type RunProgress, readRunProgress, runningProcess } from "./run-progress.ts";
import { storeFailure } from "./store-failure.ts";

/** Files of one run: `runs/<id>/`. */
export interface RunFolder {
  readonly run: string;
  readonly path: string;
  readonly file: (name: RunFileName) => string;
}

type RunFileName =
  | "plan.json"
  | "journal.jsonl"
  | "events.jsonl"
  | "candidates.jsonl"
  | "record.json"
  | "report.html"
  | "mlflow.json"
  | "junit.xml";

/** A plan as stored in a run folder, with its config. */
export interface StoredPlan {
  readonly plan: RunPlan;
  readonly configPath: string;
  readonly startedAt: string;
}

/** One line of `runs list`. */
export interface RunSummary {
  readonly run: string;
  readonly path: string;
  readonly config: string;
  readonly startedAt: string;
  /** Progress of a running run; null if no process is running it. */
  readonly running: RunningState | null;
  /** null while the run is running, or if its process ended early. */
  readonly result: {
    readonly status: RunStatus;
    readonly seconds: number;
    readonly calls: number;
    readonly usd: number | null;
    readonly improved: number;
    readonly optimizations: number;
  } | null;
}

/** A running run. */
export interface RunningState {
  readonly pid: number;
  readonly progress: RunProgress;
}

export interface RunStore {
  create(
    plan: RunPlan,
    context: { readonly configPath: string; readonly now: Date; readonly salt: string },
  ): Promise<RunFolder>;
  /** Newest first. */
  folders(): Promise<readonly RunFolder[]>;
  /** Newest first. */
  list(): Promise<readonly RunSummary[]>;
  /** A run by id or unique prefix. Rejects with NotFoundError with similar names. */
  find(run: string): Promise<RunFolder>;
  newestOf(configPath: string): Promise<RunFolder | undefined>;
  readPlan(folder: RunFolder): Promise<StoredPlan>;
  /** The process that is running a run, and its progress; undefined if none is. */
  running(folder: RunFolder): Promise<RunningState | undefined>;
  readRecord(folder: RunFolder): Promise<RunRecord | undefined>;
  writeRecord(folder: RunFolder, record: RunRecord): Promise<void>;
  write(folder: RunFolder, name: RunFileName, text: string): Promise<void>;
}

/**
 * The `runs` folder of a state folder, created on first write. Callers that need running processes pass a
 * liveness check.
 */
export function openRunStore(
  statePath: string,
  { isProcessAlive }: { readonly isProcessAlive: IsProcessAlive } = { isProcessAlive: () => false },
): RunStore {
  const runs = join(statePath, "runs");
  const folderOf = (run: string): RunFolder => ({
    run,
    path: join(runs, run),
    file: (name) => join(runs, run, name),
  });
  const ids = async (): Promise<string[]> => {
    const names = await readdir(runs).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw storeFailure(runs, cause);
    });
    return names
      .filter((name) => name.startsWith("r_"))
      .sort()
      .reverse();
  };
  const runStore: RunStore = {
    async create(plan, { configPath, now, salt }) {
      // With milliseconds, so that names sort in the order of runs.
      const stamp = now
        .toISOString()
        .replace(/[-:.Z]/g, "")
        .replace("T", "-");
      const folder = folderOf(`r_${stamp}-${salt}`);
      try {
        await ensureFolder(runs, privateFolder);
        await mkdir(folder.path, { mode: privateFolder });
      } catch (cause) {
        throw storeFailure(folder.path, cause);
      }
      const envelope = {
        run: folder.run,
        started_at: now.toISOString(),
        config_path: relative(statePath, configPath),
      };
      await runStore.write(
        folder,
        "plan.json",
        `${JSON.stringify({ ...envelope, ...toRecordJson(plan) }, null, 2)}\n`,
      );
      return folder;
    },
    folders: async () => (await ids()).map(folderOf),
    async list() {
      const summaries: RunSummary[] = [];
      // Sequential, because a record holds every test row and many records do not fit in memory.
      for (const run of await ids()) {
        const folder = folderOf(run);
        const stored = await runStore.readPlan(folder).catch(() => undefined);
        if (stored === undefined) continue;
        const running = (await runStore.running(folder)) ?? null;
        const record =
          running === null ? await runStore.readRecord(folder).catch(() => undefined) : undefined;
        const { plan, startedAt } = stored;
        const result = record === undefined ? null : resultOf(record);
        summaries.push({ run, path: folder.path, config: plan.config, startedAt, running, result });
      }
      return summaries;
    },
    async find(run) {
      const known = await ids();
      const matches = known.includes(run) ? [run] : known.filter((id) => id.startsWith(run));
      if (matches.length === 1) return folderOf(matches[0] as string);
      const near = matches.length > 1 ? matches.slice(0, 3) : nearNames(run, known, 3);
      throw new NotFoundError("run", run, near, {
        hint: near.length === 0 ? "`dao-opt runs list` shows the runs of this state folder" : undefined,
      });
    },
    async newestOf(configPath) {
      const wanted = relative(statePath, configPath);
      for (const run of await ids()) {
        const json = await readJson(folderOf(run).file("plan.json")).catch(() => undefined);
        if (json?.["config_path"] === wanted) return folderOf(run);
      }
      return undefined;
    },
    async readPlan(folder) {
      const json = await readJson(folder.file("plan.json"));
      if (json === undefined) {
        throw new StoreError(`${folder.path} has no plan.json`, {
          hint: "its process ended before the run began; start a fresh run",
        });
      }
      const { run: _run, started_at: startedAt, config_path: configPath, ...plan } = json;
      return {
        plan: { rules: 1, ...(fromRecordJson(plan) as unknown as Omit<RunPlan, "rules">) },
        configPath: join(statePath, String(configPath)),
        startedAt: String(startedAt),
      };
    },
    async running(folder) {
      const pid = await runningProcess(folder.path, isProcessAlive);
      return pid === undefined
        ? undefined
        : { pid, progress: await readRunProgress(folder.file("events.jsonl")) };
    },
    async readRecord(folder) {
      const json = await readJson(folder.file("record.json"));
      return json === undefined ? undefined : completeRecord(fromRecordJson(json) as unknown as RunRecord);
    },
    writeRecord: (folder, record) =>
      runStore.write(folder, "record.json", `${JSON.stringify(toRecordJson(record), null, 2)}\n`),
    write: (folder, name, text) => writeWhole(folder.file(name), text),
  };
  return runStore;
}

function resultOf({ status, seconds, optimizations }: RunRecord): NonNullable<RunSummary["result"]> {
  const { calls, usd } = optimizations.map(({ usage }) => usage.total).reduce(addSpend, noSpend);
  const improved = optimizations.filter((one) => one.status === "improved").length;
  return { status, seconds, calls, usd, improved, optimizations: optimizations.length };
}

/** Temporary file, fsync, rename: readers see the old file or the new one, never a part. */
async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, "w", privateFile);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw storeFailure(file, cause);
  }
}

async function readJson(file: string): Promise<JsonObject | undefined> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw storeFailure(file, cause);
  });
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (isJsonObject(json)) return json;
  } catch (cause) {
    throw new StoreError(`${file} is not valid JSON`, {
      cause,
      hint: "it was changed by hand or damaged; `--resume` can rebuild it from the journal",
    });
  }
  throw new StoreError(`${file} is not a JSON object`);
}
