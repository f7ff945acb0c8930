import { setImmediate as nextTurn } from "node:timers/promises";
import type { TraceStore } from "../../contracts/trace-store.ts";
import type { Trace } from "../../core/trace.ts";

/** Call counts and last use of versions. */
export interface LogCounts {
  of(versionId: string): { readonly count: number; readonly lastUsedAt: string | undefined };
  /** Calls of all versions of a prompt. */
  ofPrompt(path: string): number;
  note(trace: Trace): void;
}

interface Count {
  count: number;
  lastUsedAt: string | undefined;
}

/** Traces read in one turn of the event loop: about a millisecond. */
const atOnce = 64;

/**
 * Counts stored traces once in the background, then each new log. Counts lag until the store is read, and
 * miss traces of other processes.
 */
export function createLogCounts(traces: Pick<TraceStore, "list">): LogCounts {
  const counts = new Map<string, Count>();
  const byPath = new Map<string, number>();
  const note = ({ prompt, startedAt }: Trace): void => {
    if (prompt?.path !== undefined) byPath.set(prompt.path, (byPath.get(prompt.path) ?? 0) + 1);
    const id = prompt?.versionId;
    if (id === undefined) return;
    const known = counts.get(id) ?? { count: 0, lastUsedAt: undefined };
    known.count++;
    if (known.lastUsedAt === undefined || startedAt > known.lastUsedAt) known.lastUsedAt = startedAt;
    counts.set(id, known);
  };
  const readStore = async (): Promise<void> => {
    let read = 0;
    for await (const trace of traces.list()) {
      note(trace);
      // Requests do not wait for it: a request has many turns of the event loop of its own.
      if (++read % atOnce === 0) await nextTurn();
    }
  };
  // An unreadable store gives no counts; reading its traces reports the error.
  readStore().catch(() => {});
  return {
    note,
    of: (versionId) => counts.get(versionId) ?? { count: 0, lastUsedAt: undefined },
    ofPrompt: (path) => byPath.get(path) ?? 0,
  };
}
