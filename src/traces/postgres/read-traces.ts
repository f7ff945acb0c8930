import type { TraceFilter, TraceListOptions } from "../../contracts/trace-store.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { Postgres, Row } from "../../postgres/connect-postgres.ts";
import { keyNames, withFeedbackLines } from "../store/overlay.ts";
import type { RecordFilter } from "../store/record-filter.ts";
import { traceConditions } from "./trace-conditions.ts";
import { indexed } from "./trace-row.ts";

const smallestPage = 50;
const largestPage = 500;

export interface FoundTrace {
  readonly record: JsonObject;
  readonly seq: string;
}

interface ReadOptions extends TraceListOptions {
  /** Only traces written after this one. */
  readonly afterSeq?: string;
}

/** Matching traces in order, a page at a time: each page begins after the last one's position, by an index. */
export async function* readTraces(
  { query }: Postgres,
  filter: TraceFilter,
  recordFilter: RecordFilter,
  { newestFirst = false, onSearched, afterSeq }: ReadOptions = {},
): AsyncGenerator<FoundTrace> {
  const { sql, values } = traceConditions(filter, recordFilter);
  const [direction, beyond] = newestFirst ? ["desc", "<"] : ["asc", ">"];
  let last: readonly unknown[] | undefined;
  for (let size = smallestPage; ; size = Math.min(size * 2, largestPage)) {
    const given = [...values];
    const value = (one: unknown): string => `$${given.push(one)}`;
    const position =
      last === undefined
        ? ""
        : ` and (order_ms, seq) ${beyond} (${value(last[0])}::double precision, ${value(last[1])}::bigint)`;
    const after = afterSeq === undefined ? "" : ` and seq > ${value(afterSeq)}::bigint`;
    // A name of its own: ordered by the name `seq`, texts would sort 10 before 9.
    const rows = await query(
      `select record, order_ms, seq::text as seq_text from dao_opt_traces where ${sql}${position}${after}
       order by order_ms ${direction}, seq ${direction} limit ${value(size)}`,
      given,
    );
    for (const one of await withFeedback({ query }, rows)) if (recordFilter.matches(one.record)) yield one;
    const end = rows.at(-1);
    if (end === undefined || rows.length < size) return;
    if (onSearched?.(new Date(Number(end["order_ms"])).toISOString()) === false) return;
    last = [end["order_ms"], end["seq_text"]];
  }
}

/** The trace with this id, else the latest with this event id or feedback key. */
export async function findTrace(postgres: Postgres, key: string): Promise<JsonObject | undefined> {
  const rows = await postgres.query(
    `(select record, seq::text as seq_text, 0 as rank, order_ms from dao_opt_traces where trace_id = $1)
     union all (select record, seq::text, 1, order_ms from dao_opt_traces where event_id = $1
       order by order_ms desc, seq desc limit 1)
     union all (select record, seq::text, 1, order_ms from dao_opt_traces where feedback_key = $1
       order by order_ms desc, seq desc limit 1)
     order by rank, order_ms desc limit 1`,
    [indexed(key)],
  );
  return (await withFeedback(postgres, rows))[0]?.record;
}

async function withFeedback(
  { query }: Pick<Postgres, "query">,
  rows: readonly Row[],
): Promise<readonly FoundTrace[]> {
  const records = rows.map((row) => ({ record: row["record"] as JsonObject, seq: String(row["seq_text"]) }));
  const keys = new Set(records.flatMap(({ record }) => keysOf(record)));
  if (keys.size === 0) return records;
  const lines = await query("select key, record from dao_opt_feedback where key = any($1) order by seq", [
    [...keys],
  ]);
  if (lines.length === 0) return records;
  const known = lines.map((line) => ({ key: String(line["key"]), record: line["record"] as JsonObject }));
  return records.map(({ record, seq }) => {
    const own = new Set(keysOf(record));
    const feedback = known.filter(({ key }) => own.has(key)).map((line) => line.record);
    return { record: withFeedbackLines(record, feedback), seq };
  });
}

/** Keys that feedback of a trace may have. */
export function keysOf(record: JsonObject): readonly string[] {
  return ["trace_id", ...keyNames].flatMap((name) => indexed(record[name]) ?? []);
}
