import { randomBytes } from "node:crypto";
import { UsageError } from "../../../core/errors.ts";
import type { ServerServices } from "../../server-services.ts";
import type { LiveSource } from "../shell/parts-stream.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";
import type { PlaygroundColumn } from "./playground-setup.ts";
import { type Cell, type CellRunner, emptyCell } from "./run-cell.ts";

/** Calls of every column on every row. */
export interface PlaygroundJob extends LiveSource {
  /** `pg_…`: part of the address, and in the metadata of the traces. */
  readonly id: string;
  readonly columns: readonly PlaygroundColumn[];
  readonly rows: readonly PlaygroundRow[];
  readonly scorer: string;
  /** By row, then by column. */
  readonly cells: readonly (readonly Cell[])[];
  /** Resolves when no call is made any more. Never rejects. */
  readonly done: Promise<void>;
  stop(): void;
}

export interface JobRequest {
  readonly columns: readonly PlaygroundColumn[];
  readonly rows: readonly PlaygroundRow[];
  readonly scorer: string;
}

export interface PlaygroundJobs {
  start(request: JobRequest, run: CellRunner): PlaygroundJob;
  find(id: string): PlaygroundJob | undefined;
}

const mostRunning = 4;
const mostKept = 30;
const callsAtOnce = 4;
const lookEveryMs = 150;

/** Jobs of one server. The traces of removed ones are still stored. */
export function createPlaygroundJobs({
  clock,
  closing,
}: Pick<ServerServices, "clock" | "closing">): PlaygroundJobs {
  const jobs = new Map<string, PlaygroundJob>();
  return {
    start(request, run) {
      const running = [...jobs.values()].filter(({ isEnded }) => !isEnded);
      if (running.length >= mostRunning)
        throw new UsageError(`${running.length} runs of the playground are not finished`, {
          hint: "wait for one of them, or stop it",
        });
      const id = `pg_${clock.now().getTime().toString(36)}_${randomBytes(9).toString("base64url").replace(/[-_]/g, "x")}`;
      const job = createJob(id, request, run, closing);
      jobs.set(id, job);
      for (const [old, one] of jobs) if (jobs.size > mostKept && one.isEnded) jobs.delete(old);
      return job;
    },
    find: (id) => jobs.get(id),
  };
}

/** The time in an id; undefined if it is no id of a job. */
export function startOfJob(id: string): number | undefined {
  const [, time] = /^pg_([0-9a-z]{6,12})_\w+$/.exec(id) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

function createJob(
  id: string,
  { columns, rows, scorer }: JobRequest,
  run: CellRunner,
  closing: AbortSignal,
): PlaygroundJob {
  const cells = rows.map(() => columns.map(emptyCell));
  const controller = new AbortController();
  const readers = new Set<() => void>();
  let version = 0;
  let isEnded = false;
  const stop = () => controller.abort();
  closing.addEventListener("abort", stop, { once: true });
  const tick = setInterval(() => {
    for (const reader of [...readers]) reader();
  }, lookEveryMs);
  tick.unref();
  const onChange = () => version++;

  async function work(): Promise<void> {
    const left = rows.flatMap((row, at) => columns.map((column, place) => ({ row, column, at, place })));
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const cell = cells[next.at]?.[next.place] as Cell;
        if (controller.signal.aborted) cell.state = "stopped";
        else await run(cell, { ...next, job: id, scorer, signal: controller.signal, onChange });
        onChange();
      }
    };
    await Promise.all(Array.from({ length: callsAtOnce }, worker));
    isEnded = true;
    version++;
    clearInterval(tick);
    closing.removeEventListener("abort", stop);
    for (const reader of [...readers]) reader();
  }
  const done = work();
  return {
    ...{ id, columns, rows, scorer, cells, done, stop },
    get stateId() {
      return `${id}.${version}`;
    },
    get isEnded() {
      return isEnded;
    },
    follow(onLook) {
      readers.add(onLook);
      return () => readers.delete(onLook);
    },
  };
}
