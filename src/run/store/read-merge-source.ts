import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord, RunStatus } from "../../contracts/run-record.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { NotFoundError, UsageError } from "../../core/errors.ts";
import type { MergeSource } from "../record/merge-runs.ts";
import { completeRecord, fromRecordJson } from "../record/record-json.ts";
import type { RunStore } from "./run-store.ts";

/** Reads a finished run by its id, its folder or its record.json. Rejects with UsageError or NotFoundError. */
export async function readMergeSource(
  named: string,
  { cwd, runStore }: { readonly cwd: string; readonly runStore: RunStore },
): Promise<MergeSource> {
  const path = resolve(cwd, named);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return readRun(named, dirname(path), path);
  if (found?.isDirectory() === true) return readRun(named, path, join(path, "record.json"));
  const folder = await runStore.find(named).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError("run", named, error.near, {
      hint: error.near.length > 0 ? undefined : "give a run id, a run folder or the path of a record.json",
    });
  });
  const running = await runStore.running(folder);
  if (running !== undefined)
    throw new UsageError(`${folder.run} is still running in process ${running.pid}`, { hint: "wait for it" });
  return readRun(named, folder.path, folder.file("record.json"));
}

async function readRun(place: string, folder: string, file: string): Promise<MergeSource> {
  const json = await readObject(file);
  const planJson = await readObject(join(folder, "plan.json"));
  if (json === undefined) {
    if (planJson === undefined)
      throw new UsageError(`${place} holds no record.json`, {
        hint: "give a run folder (.dao-opt/runs/r_…), or the record.json of one",
      });
    const run = String(planJson["run"] ?? place);
    throw new UsageError(`${place} is not finished: it has no record.json`, {
      hint: `finish it: dao-opt run ${String(planJson["config"] ?? "config.yaml")} --resume ${run}`,
    });
  }
  const record = fromRecordJson(json) as unknown as RunRecord;
  if (typeof record.format === "number" && record.format > 1)
    throw new UsageError(`${file} was written by a newer dao-opt`, {
      hint: "merge with the version of the jobs: npm install dao-opt@latest",
    });
  if (!isRecord(record))
    throw new UsageError(`${file} is not the record of a run`, {
      hint: "give the record.json of the run folder; the output of run --json lacks the rows and plans",
    });
  // A plan beside it that belongs to another run is ignored.
  const plan =
    planJson === undefined ? undefined : (fromRecordJson(planJson) as unknown as RunPlan | undefined);
  const isOwn = plan?.digest === record.planDigest;
  return { place, record: completeRecord(record), ...(isOwn && plan !== undefined ? { plan } : {}) };
}

/** As far as merging reads it: what other tools made of a record must not end in an unexpected error. */
function isRecord(record: Partial<RunRecord>): boolean {
  const { format, run, config, status, startedAt, seconds, exitCode, optimizations } = record;
  return (
    format === 1 &&
    [run, config, startedAt].every((one) => typeof one === "string") &&
    [seconds, exitCode].every((one) => typeof one === "number") &&
    (runStatuses as readonly unknown[]).includes(status) &&
    Array.isArray(optimizations) &&
    optimizations.length > 0 &&
    optimizations.every(isOptimization)
  );
}

const runStatuses = ["completed", "interrupted", "budget", "failed"] as const satisfies readonly RunStatus[];

function isOptimization(one: unknown): boolean {
  if (!isJsonObject(one as never)) return false;
  const { name, status, plan, usage, scores, rows } = one as JsonObject;
  const isPlanned = isJsonObject(plan) && isJsonObject(plan["data"]) && Array.isArray(plan["prompts"]);
  const isNamed = typeof name === "string" && typeof status === "string";
  return isNamed && isPlanned && isJsonObject(usage) && isJsonObject(scores) && Array.isArray(rows);
}

/** Undefined if there is no such file. */
async function readObject(file: string): Promise<JsonObject | undefined> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new UsageError(`${file} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (isJsonObject(json as JsonObject)) return json as JsonObject;
  } catch {
    // Reported below.
  }
  throw new UsageError(`${file} is not a JSON object`, { hint: "the file is damaged: fetch it again" });
}
