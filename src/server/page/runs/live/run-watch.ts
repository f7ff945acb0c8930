import { stat } from "node:fs/promises";
import { createEventTail } from "../../../../run/store/event-tail.ts";
import type { RunFolder } from "../../../../run/store/run-store.ts";
import type { ServerServices } from "../../../server-services.ts";
import type { LiveSource } from "../../shell/parts-stream.ts";
import { applyRunEvent, createLiveRun, type LiveRun } from "./live-run.ts";

/** `stopped`: no process is running it, and it has no record. */
export type RunState = "running" | "stopped" | "finished";

/** A run that is followed. All readers of one run share it: its file is read once. */
export interface RunWatch extends LiveSource {
  readonly folder: RunFolder;
  /** Reads what is new, and asks whether the process is alive. */
  refresh(): Promise<void>;
  readonly run: LiveRun;
  readonly state: RunState;
}

export interface RunWatches {
  of(folder: RunFolder): RunWatch;
}

/** However fast events come, readers are updated this often. */
const lookEveryMs = 400;
/** Whether the process is alive is asked less often. */
const askEveryMs = 1000;
/** Runs whose state is kept without a reader. */
const mostIdle = 8;

export function createRunWatches({ runs, clock }: Pick<ServerServices, "runs" | "clock">): RunWatches {
  const known = new Map<string, RunWatch & { readonly readers: () => number }>();
  return {
    of(folder) {
      const watch = known.get(folder.run) ?? createWatch(folder, { runs, clock });
      known.delete(folder.run);
      known.set(folder.run, watch);
      const idle = [...known].filter(([, one]) => one !== watch && one.readers() === 0);
      for (const [run] of idle.slice(0, Math.max(0, idle.length - mostIdle))) known.delete(run);
      return watch;
    },
  };
}

function createWatch(
  folder: RunFolder,
  { runs, clock }: Pick<ServerServices, "runs" | "clock">,
): RunWatch & { readonly readers: () => number } {
  const tail = createEventTail(folder.file("events.jsonl"));
  const run = createLiveRun();
  const readers = new Set<() => void>();
  let state: RunState = "running";
  let version = 0;
  let askedMs = Number.NEGATIVE_INFINITY;
  let turn: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const look = async (asks: boolean): Promise<void> => {
    const isNew = await tail.read((event) => applyRunEvent(run, event));
    const nowMs = clock.monotonicMs();
    const before = state;
    if (asks || nowMs - askedMs >= askEveryMs) {
      askedMs = nowMs;
      state = await stateOf(folder, runs);
      // What the process wrote between the two looks.
      if (state !== "running") await tail.read((event) => applyRunEvent(run, event));
    }
    if (isNew || state !== before) version++;
  };
  const inTurn = (asks: boolean): Promise<void> => {
    turn = turn.then(
      () => look(asks),
      () => look(asks),
    );
    return turn;
  };
  const schedule = (): void => {
    timer = setTimeout(async () => {
      // A disk that fails for a moment is asked again.
      await inTurn(false).catch(() => {});
      for (const reader of [...readers]) reader();
      if (readers.size > 0) schedule();
      else timer = undefined;
    }, lookEveryMs);
    timer.unref();
  };
  return {
    folder,
    refresh: () => inTurn(true),
    run,
    get state() {
      return state;
    },
    get isEnded() {
      return state === "finished";
    },
    // The time distinguishes states of two starts of the server.
    get stateId() {
      return `${folder.run}.${run.lastEventAt ?? "start"}.${version}`;
    },
    readers: () => readers.size,
    follow(onLook) {
      readers.add(onLook);
      if (timer === undefined) schedule();
      return () => readers.delete(onLook);
    },
  };
}

async function stateOf(folder: RunFolder, runs: ServerServices["runs"]): Promise<RunState> {
  if ((await runs.processOf(folder)) !== undefined) return "running";
  const record = await stat(folder.file("record.json")).catch(() => undefined);
  return record === undefined ? "stopped" : "finished";
}
