import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { NotFoundError, StoreError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import type { IsProcessAlive } from "../../disk/process-mark.ts";
import { completeRecord, fromRecordJson, toRecordJson } from "../record/record-json.ts";
import { createRunList, type ListedRuns, type RunPart } from "./list-runs.ts";
import { readRunProgress, runningProcess } from "./run-progress.ts";
import {
  parseSummary,
  type RunningState,
  type RunResultSummary,
  type RunSummary,
  summaryOfRecord,
} from "./run-summary.ts";
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

export interface RunStore {
  create(
    plan: RunPlan,
    context: { readonly configPath: string; readonly now: Date; readonly salt: string },
  ): Promise<RunFolder>;
  /** Newest first. */
  folders(): Promise<readonly RunFolder[]>;
  /** Newest first. */
  list(): Promise<readonly RunSummary[]>;
  /** Newest first; reads only what it lists, unless there is a filter. */
  listPart(part: RunPart): Promise<ListedRuns>;
  /** A run by id or unique prefix. Rejects with NotFoundError with similar names. */
  find(run: string): Promise<RunFolder>;
  newestOf(configPath: string): Promise<RunFolder | undefined>;
  readPlan(folder: RunFolder): Promise<StoredPlan>;
  /** The process that is running a run, and its progress; undefined if none is. */
  running(folder: RunFolder): Promise<RunningState | undefined>;
  /** The process that is running a run; undefined if none is. */
  processOf(folder: RunFolder): Promise<number | undefined>;
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
  const summaryFile = ({ run }: RunFolder): string => join(statePath, "run-summaries", `${run}.json`);
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
    list: () => runList.all(),
    listPart: (part) => runList.part(part),
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
    processOf: (folder) => runningProcess(folder.path, isProcessAlive),
    async running(folder) {
      const pid = await runStore.processOf(folder);
      return pid === undefined
        ? undefined
        : { pid, progress: await readRunProgress(folder.file("events.jsonl")) };
    },
    async readRecord(folder) {
      const json = await readJson(folder.file("record.json"));
      return json === undefined ? undefined : completeRecord(fromRecordJson(json) as unknown as RunRecord);
    },
    async writeRecord(folder, record) {
      await runStore.write(folder, "record.json", `${JSON.stringify(toRecordJson(record), null, 2)}\n`);
      // Written last: an older summary than the record is not used. Lists can do without it.
      await writeSummary(summaryFile(folder), record).catch(() => {});
    },
    write: (folder, name, text) => writeWhole(folder.file(name), text),
  };
  const runList = createRunList({
    ...runStore,
    readSummary: (folder) => readSummary(folder.file("record.json"), summaryFile(folder)),
  });
  return runStore;
}

async function writeSummary(file: string, record: RunRecord): Promise<void> {
  await ensureFolder(dirname(file), privateFolder);
  await writeWhole(file, `${JSON.stringify(toRecordJson(summaryOfRecord(record)), null, 2)}\n`);
}

/** The stored summary; undefined if there is none, or if the record is newer. */
async function readSummary(record: string, summary: string): Promise<RunResultSummary | undefined> {
  const [recordStat, summaryStat] = await Promise.all(
    [record, summary].map((file) => stat(file).catch(() => undefined)),
  );
  if (recordStat === undefined || summaryStat === undefined) return undefined;
  if (summaryStat.mtimeMs < recordStat.mtimeMs) return undefined;
  return parseSummary(await readJson(summary).catch(() => undefined));
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
