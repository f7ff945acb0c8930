import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "../../contracts/events.ts";
import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { type IsProcessAlive, parseMark } from "../../disk/process-mark.ts";
import { readJsonLines } from "../../formats/json-lines.ts";
import { fromRecordJson } from "../record/record-json.ts";

const lockName = /^lock\.\d+$/;

/**
 * The process that is running a folder's run; undefined if none is. A record newer than the lock means that
 * its holder has finished.
 */
export async function runningProcess(
  folder: string,
  isProcessAlive: IsProcessAlive,
): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => lockName.test(one))) {
    const file = join(folder, name);
    const owner = parseMark(await readFile(file, "utf8").catch(() => ""));
    if (owner === undefined || !isProcessAlive(owner.pid, owner.startedAt)) continue;
    const [locked, recorded] = await Promise.all([file, join(folder, "record.json")].map(writtenAt));
    if (locked !== undefined && (recorded === undefined || recorded < locked)) return owner.pid;
  }
  return undefined;
}

/** Milliseconds with fraction; undefined without a file. */
async function writtenAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}

/** Progress of one optimization of a run. */
interface OptimizationProgress {
  readonly name: string;
  /** `started`, or its final status. */
  readonly status: string;
  readonly phase: string | null;
  readonly step: number | null;
  /** Planned steps; null if the engine does not report them. */
  readonly of: number | null;
  /** Answers so far, including those of earlier sessions and the cache. */
  readonly calls: number;
}

/** Progress of a run, from its newest session's events. */
export interface RunProgress {
  readonly calls: number;
  readonly optimizations: readonly OptimizationProgress[];
  /** Time of the last event, ISO 8601; null before the first. */
  readonly lastEventAt: string | null;
}

/** Reads an `events.jsonl` up to its end; torn lines are ignored. */
export async function readRunProgress(file: string): Promise<RunProgress> {
  const byName = new Map<string, OptimizationProgress>();
  let lastEventAt: string | null = null;
  try {
    for await (const line of readJsonLines(createReadStream(file))) {
      const read = "value" in line ? readEvent(line.value) : undefined;
      if (read === undefined) continue;
      lastEventAt = read.at;
      if (read.event.type === "run-started") byName.clear();
      if (read.optimization === undefined) continue;
      const before = byName.get(read.optimization) ?? fresh(read.optimization);
      byName.set(read.optimization, { ...before, ...changeOf(read.event, before) });
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
  const optimizations = [...byName.values()];
  return { calls: optimizations.reduce((sum, { calls }) => sum + calls, 0), optimizations, lastEventAt };
}

function fresh(name: string): OptimizationProgress {
  return { name, status: "started", phase: null, step: null, of: null, calls: 0 };
}

function changeOf(
  event: RunEvent["event"],
  { calls, of }: OptimizationProgress,
): Partial<OptimizationProgress> {
  if (event.type === "call-finished") return { calls: calls + 1 };
  if (event.type === "phase-started") return { phase: event.phase, step: null };
  if (event.type === "step-started") return { step: event.step, of: event.of ?? of };
  return event.type === "optimization-finished" ? { status: event.status, phase: null, step: null } : {};
}

/** Undefined if it is no event. */
export function readEvent(json: JsonValue): RunEvent | undefined {
  if (!isJsonObject(json) || !isJsonObject(json["event"] ?? null)) return undefined;
  return fromRecordJson(json) as unknown as RunEvent;
}

/** `search, step 3 of 8, 41 calls so far`, for each optimization in progress. */
export function describeProgress({ optimizations, calls }: RunProgress): string {
  const atWork = optimizations.filter(({ status }) => status === "started");
  const parts = atWork.map(({ name, phase, step, of }) => {
    const where = [
      phase ?? "started",
      ...(step === null ? [] : [of === null ? `step ${step}` : `step ${step} of ${of}`]),
    ];
    return `${name}: ${where.join(", ")}`;
  });
  return [...parts, calls === 1 ? "1 call so far" : `${calls} calls so far`].join("; ");
}
