import type { LiveTraceStore, TraceLosses } from "../../contracts/trace-store.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { thrownReason } from "../../core/errors.ts";
import type { Trace } from "../../core/trace.ts";
import type { Postgres } from "../../postgres/connect-postgres.ts";
import { feedbackRecord } from "../feedback-record.ts";
import { pause } from "../pause.ts";
import { traceNotFound } from "../resolve-trace.ts";
import { createSetBackWatch } from "../store/line-header.ts";
import { createRecordFilter } from "../store/record-filter.ts";
import { recordOfTrace, traceOfRecord, withoutPayloads } from "../trace-record.ts";
import { findTrace, keysOf, readTraces } from "./read-traces.ts";
import { openTraceQueue } from "./trace-queue.ts";
import { indexed, rowOfRecord } from "./trace-row.ts";
import { changeTrace, type TraceItem, writeTraceItems } from "./write-traces.ts";

interface PostgresTracesOptions {
  readonly clock?: { now(): Date };
  readonly maxWaiting?: number;
  readonly onLoss?: (losses: TraceLosses) => void;
}

const mebibyte = 1024 * 1024;
const largestRemoval = 500;
/** Transactions may end in another order than they began: this many numbers are read again. */
const overlap = 1000;

/** Traces in PostgreSQL, which any number of servers write to. `postgres` has the tables, and is closed with it. */
export function openPostgresTraces(postgres: Postgres, options: PostgresTracesOptions = {}): LiveTraceStore {
  const { clock = { now: () => new Date() }, maxWaiting = 64 * mebibyte, onLoss } = options;
  const queue = openTraceQueue<TraceItem>({
    write: (items) => writeTraceItems(postgres, items),
    maxWaiting,
    onLoss,
  });
  const setBacks = createSetBackWatch();
  /** Through JSON at once, so that later changes by the caller have no effect. */
  const add = (what: string, make: () => { readonly item: TraceItem; readonly length: number }): void => {
    try {
      queue.add(make());
    } catch (error) {
      queue.lose(1, `${what} cannot be written as JSON: ${thrownReason(error)}`);
    }
  };
  const copied = (record: JsonObject): { readonly copy: JsonObject; readonly length: number } => {
    const text = JSON.stringify(record);
    return { copy: JSON.parse(text) as JsonObject, length: text.length };
  };
  const changesOf = ({ traceId: _id, ...changes }: Partial<Trace>): JsonObject =>
    recordOfTrace(changes as Trace);

  const store: LiveTraceStore = {
    append: (trace) =>
      add("a trace", () => {
        const nowMs = clock.now().getTime();
        const startedMs = Date.parse(trace.startedAt);
        const begunMs = Number.isNaN(startedMs) ? nowMs : startedMs;
        const offsetMs = Math.round(setBacks.offsetMs(begunMs, nowMs));
        const record = recordOfTrace(trace.saved === false ? withoutPayloads(trace) : trace);
        const row = rowOfRecord(record, begunMs + offsetMs);
        return { item: { kind: "trace", row }, length: String(row.values.at(-1)).length };
      }),
    addFeedback: (key, feedback) =>
      add("feedback", () => {
        const isDeleted = "isDeleted" in feedback;
        const { copy, length } = copied(
          isDeleted ? { is_deleted: true, at: clock.now().toISOString() } : feedbackRecord(feedback),
        );
        return { item: { kind: "feedback", key, record: copy }, length };
      }),
    amendLater: (traceId, changes) =>
      add("changes of a trace", () => {
        const { copy, length } = copied(changesOf(changes));
        return { item: { kind: "changes", traceId, changes: copy }, length };
      }),
    flush: () => queue.flush(),
    // Reading stays possible after closing, as with files; idle connections end by themselves.
    close: () => queue.close(),
    async *list(filter = {}, options = {}) {
      const recordFilter = createRecordFilter(filter);
      await queue.flush();
      for await (const { record } of readTraces(postgres, filter, recordFilter, options)) {
        const trace = traceOfRecord(record);
        if (trace !== undefined) yield trace;
      }
    },
    async find(key) {
      await queue.flush();
      const record = await findTrace(postgres, key);
      return record === undefined ? undefined : traceOfRecord(record);
    },
    async amend(traceId, changes) {
      await queue.flush();
      const made = changesOf(changes);
      const isFound = await postgres.transaction((query) => changeTrace(query, { traceId, changes: made }));
      const after = isFound ? await store.find(traceId) : undefined;
      if (after === undefined) throw await traceNotFound(store, traceId);
      return after;
    },
    async remove(filter) {
      await queue.flush();
      const recordFilter = createRecordFilter(filter);
      let removed = 0;
      let batch: JsonObject[] = [];
      const removeBatch = async (): Promise<void> => {
        const ids = batch.map((record) => indexed(record["trace_id"]));
        const keys = batch.flatMap(keysOf);
        batch = [];
        await postgres.transaction(async (query) => {
          const gone = await query(
            "delete from dao_opt_traces where trace_id = any($1) returning 1 as gone",
            [ids],
          );
          await query("delete from dao_opt_feedback where key = any($1)", [keys]);
          removed += gone.length;
        });
      };
      for await (const { record } of readTraces(postgres, filter, recordFilter))
        if (batch.push(record) >= largestRemoval) await removeBatch();
      if (batch.length > 0) await removeBatch();
      return removed;
    },
    async follow(filter, { signal, everyMs = 250 }) {
      const recordFilter = createRecordFilter(filter);
      const [newest] = await postgres.query("select coalesce(max(seq), 0)::text as seq from dao_opt_traces");
      let last = Number(newest?.["seq"] ?? 0);
      let seen = new Set<string>();
      for await (const { seq } of readTraces(postgres, {}, createRecordFilter({}), {
        afterSeq: String(last - overlap),
      }))
        seen.add(seq);
      const poll = async (): Promise<readonly Trace[]> => {
        const fresh: Trace[] = [];
        const from = last - overlap;
        const options = { afterSeq: String(from) };
        for await (const { record, seq } of readTraces(postgres, filter, recordFilter, options)) {
          if (seen.has(seq)) continue;
          seen.add(seq);
          last = Math.max(last, Number(seq));
          const trace = traceOfRecord(record);
          if (trace !== undefined) fresh.push(trace);
        }
        if (seen.size > 10 * overlap) seen = new Set([...seen].filter((seq) => Number(seq) > from));
        return fresh;
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
