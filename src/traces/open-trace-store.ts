import type { LiveTraceStore, TraceLosses } from "../contracts/trace-store.ts";
import type { JsonObject } from "../core/data/json.ts";
import { thrownReason } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import { ensureFolder, privateFolder } from "../disk/ensure-folder.ts";
import { withLock } from "../disk/lock.ts";
import { feedbackRecord } from "./feedback-record.ts";
import { pause } from "./pause.ts";
import { traceNotFound } from "./resolve-trace.ts";
import { appendLines } from "./store/append-lines.ts";
import { changesFile, dayOf, feedbackFile, lockFileOf, traceStoreFailure } from "./store/day-files.ts";
import { createDayIndexes } from "./store/day-indexes.ts";
import { openFollower } from "./store/follow-records.ts";
import { createSetBackWatch, setBackName } from "./store/line-header.ts";
import { findRecord, listRecords } from "./store/list-records.ts";
import { createOverlayFiles, type Overlay } from "./store/overlay.ts";
import { createRecordFilter } from "./store/record-filter.ts";
import { removeRecords } from "./store/remove-records.ts";
import { openWriteQueue } from "./store/write-queue.ts";
import { recordOfTrace, traceOfRecord, withoutPayloads } from "./trace-record.ts";

export interface TraceStoreOptions {
  /** Created on the first write. */
  readonly folder: string;
  readonly clock?: { now(): Date };
  /** Size in bytes at which a new file is started for the day. Defaults to 64 MiB. */
  readonly partBytes?: number;
  /** Maximum number of characters waiting for the disk. Further traces are lost. Defaults to 64 Mi. */
  readonly maxWaiting?: number;
  /** Called on every loss with the total so far. */
  readonly onLoss?: (losses: TraceLosses) => void;
  /** Keeps the order of the lines of each day in memory, for a process that lists often. Default: false. */
  readonly keepsIndex?: boolean;
  /** Called for every line that is not a trace and is skipped, each time it is read. */
  readonly onUnreadable?: (file: string) => void;
}

const mebibyte = 1024 * 1024;

/**
 * Opens a trace folder: `<day>.jsonl` (UTC day on which the call started), `feedback.jsonl`, `changes.jsonl`.
 * Any number of processes may open it. A producer that is faster than the disk for long (an import) must
 * await `flush()` regularly; otherwise traces that exceed `maxWaiting` are lost and counted. Flushed data is
 * with the operating system: it survives a crash of this process, but not a power failure.
 */
export function openTraceStore(options: TraceStoreOptions): LiveTraceStore {
  const { folder, clock = { now: () => new Date() }, onUnreadable = () => {} } = options;
  const { partBytes = 64 * mebibyte, maxWaiting = 64 * mebibyte, onLoss } = options;
  const queue = openWriteQueue({ folder, partBytes, maxWaiting, onLoss });
  const overlays = createOverlayFiles(folder, onUnreadable);
  const setBacks = createSetBackWatch();
  const indexes = options.keepsIndex === true ? createDayIndexes() : undefined;
  /** Flushes first, so that reads include everything this process wrote. */
  const reading = async <Result>(work: (overlay: Overlay) => Promise<Result>): Promise<Result> => {
    await queue.flush();
    const overlay = await overlays.open();
    return work(overlay).finally(() => overlay.close());
  };
  const changeLine = (traceId: string, { traceId: _id, ...changes }: Partial<Trace>): string => {
    const at = clock.now().toISOString();
    return JSON.stringify({ trace_id: traceId, changes: recordOfTrace(changes as Trace), at });
  };
  const store: LiveTraceStore = {
    append(trace) {
      try {
        const nowMs = clock.now().getTime();
        const startedMs = Date.parse(trace.startedAt);
        const begunMs = Number.isNaN(startedMs) ? nowMs : startedMs;
        const offsetMs = Math.round(setBacks.offsetMs(begunMs, nowMs));
        const record = recordOfTrace(trace.saved === false ? withoutPayloads(trace) : trace);
        queue.add(
          { day: dayOf(begunMs + offsetMs) },
          JSON.stringify(offsetMs === 0 ? record : moved(record, offsetMs)),
        );
      } catch (error) {
        queue.lose(1, `a trace cannot be written as JSON: ${thrownReason(error)}`);
      }
    },
    addFeedback(key, feedback) {
      try {
        const record =
          "isDeleted" in feedback
            ? { is_deleted: true, at: clock.now().toISOString() }
            : feedbackRecord(feedback);
        queue.add({ file: feedbackFile(folder) }, JSON.stringify({ key, ...record }));
      } catch (error) {
        queue.lose(1, `feedback cannot be written as JSON: ${thrownReason(error)}`);
      }
    },
    flush: () => queue.flush(),
    close: () => queue.close(),
    async *list(filter = {}, { newestFirst = false, onSearched } = {}) {
      const recordFilter = createRecordFilter(filter);
      await queue.flush();
      const overlay = await overlays.open();
      try {
        for await (const record of listRecords(folder, recordFilter, overlay, {
          newestFirst,
          onUnreadable,
          indexes,
          ...(onSearched === undefined ? {} : { onSearched }),
        })) {
          const trace = traceOfRecord(record);
          if (trace !== undefined) yield trace;
        }
      } catch (cause) {
        throw traceStoreFailure(folder, cause);
      } finally {
        await overlay.close();
      }
    },
    find: (key) =>
      reading(async (overlay) => {
        const record = await findRecord(folder, key, overlay, indexes);
        return record === undefined ? undefined : traceOfRecord(record);
      }),
    async amend(traceId, changes) {
      const before = await store.find(traceId);
      if (before?.traceId !== traceId) throw await traceNotFound(store, traceId);
      await keep(folder, changesFile(folder), changeLine(traceId, changes));
      const after = await store.find(traceId);
      if (after === undefined) throw await traceNotFound(store, traceId);
      return after;
    },
    amendLater(traceId, changes) {
      try {
        queue.add({ file: changesFile(folder) }, changeLine(traceId, changes));
      } catch (error) {
        queue.lose(1, `changes of a trace cannot be written as JSON: ${thrownReason(error)}`);
      }
    },
    remove: (filter) => reading((overlay) => removeRecords(folder, createRecordFilter(filter), overlay)),
    async follow(filter, { signal, everyMs = 250 }) {
      const recordFilter = createRecordFilter(filter);
      const follower = await openFollower(folder);
      const poll = async (): Promise<readonly Trace[]> => {
        const records = await follower.poll();
        if (records.length === 0) return [];
        const overlay = await overlays.open();
        const complete = records.map(overlay.complete).filter(recordFilter.matches);
        await overlay.close();
        return complete.map(traceOfRecord).filter((trace) => trace !== undefined);
      };
      return (async function* () {
        while (!signal.aborted) {
          yield* await poll();
          await pause(everyMs, signal);
        }
      })();
    },
  };
  return store;
}

/** Inserts the offset at the position where line headers are parsed. */
function moved({ trace_id, started_at, ...rest }: JsonObject, offsetMs: number): JsonObject {
  return { trace_id: trace_id ?? null, started_at: started_at ?? null, [setBackName]: offsetMs, ...rest };
}

/** Writes a line. Rejects with StoreError if that fails. */
async function keep(folder: string, file: string, line: string): Promise<void> {
  try {
    await ensureFolder(folder, privateFolder);
    const { failure } = await withLock(lockFileOf(folder), () => appendLines(file, [line]));
    if (failure !== undefined) throw failure;
  } catch (cause) {
    throw traceStoreFailure(file, cause);
  }
}
