import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { asciiJson } from "../../postgres/ascii-json.ts";
import type { Postgres, Query } from "../../postgres/connect-postgres.ts";
import { indexed, isRated, rowOfRecord, type TraceRow, traceColumns } from "./trace-row.ts";

/** What a queue writes. */
export type TraceItem =
  | { readonly kind: "trace"; readonly row: TraceRow }
  | { readonly kind: "feedback"; readonly key: string; readonly record: JsonObject }
  | { readonly kind: "changes"; readonly traceId: string; readonly changes: JsonObject };

/** Writes all or nothing, in the order in which they were added. */
export async function writeTraceItems(postgres: Postgres, items: readonly TraceItem[]): Promise<void> {
  await postgres.transaction(async (query) => {
    await takeTurn(query, items.some(({ kind }) => kind === "feedback") ? "alone" : "shared");
    const traces = items.flatMap((item) => (item.kind === "trace" ? [item.row] : []));
    await insertTraces(query, traces);
    const feedback = items.flatMap((item) => (item.kind === "feedback" ? [item] : []));
    if (feedback.length > 0)
      await query(
        `insert into dao_opt_feedback (key, is_rated, record)
         select key, is_rated, record::json
         from unnest($1::text[], $2::boolean[], $3::text[]) with ordinality as given (key, is_rated, record, at)
         order by at`,
        [
          feedback.map(({ key }) => indexed(key)),
          feedback.map(({ record }) => isRated(record)),
          feedback.map(({ record }) => asciiJson(record)),
        ],
      );
    for (const item of items) if (item.kind === "changes") await changeTrace(query, item);
    await markRated(query, {
      traceIds: traces.map(({ traceId }) => traceId),
      keys: feedback.filter(({ record }) => isRated(record)).map(({ key }) => indexed(key)),
    });
  });
}

const lockNumber = 4_170_011_021;

/**
 * Feedback may come at the same moment as its trace, from another server: one of both must see the other to mark the
 * trace as rated.
 */
function takeTurn(query: Query, how: "alone" | "shared"): Promise<unknown> {
  return query(`select pg_advisory_xact_lock${how === "shared" ? "_shared" : ""}($1)`, [lockNumber]);
}

/** Marks written traces that have a rating, and traces that these keys rate. */
async function markRated(
  query: Query,
  { traceIds, keys }: { readonly traceIds: readonly string[]; readonly keys: readonly (string | null)[] },
): Promise<void> {
  if (traceIds.length > 0)
    await query(
      `update dao_opt_traces as trace set is_rated = true
       where trace_id = any($1) and not is_rated and exists (
         select 1 from dao_opt_feedback as feedback where feedback.is_rated
           and feedback.key = any(array[trace.trace_id, trace.event_id, trace.feedback_key]))`,
      [traceIds],
    );
  if (keys.length > 0)
    await query(
      `update dao_opt_traces set is_rated = true where not is_rated and trace_id = any(array(
         select trace_id from dao_opt_traces where trace_id = any($1)
         union all select trace_id from dao_opt_traces where event_id = any($1)
         union all select trace_id from dao_opt_traces where feedback_key = any($1)))`,
      [keys],
    );
}

/** A trace that is written again takes the place of the earlier one. */
async function insertTraces(query: Query, rows: readonly TraceRow[]): Promise<void> {
  // One statement cannot write a row twice.
  const latest = new Map<string, TraceRow>();
  for (const row of rows) {
    latest.delete(row.traceId);
    latest.set(row.traceId, row);
  }
  if (latest.size === 0) return;
  const names = traceColumns.map(([name]) => name);
  const arrays = traceColumns.map(([, type], at) => `$${at + 1}::${type}[]`);
  const chosen = names.map((name) => (name === "record" ? "record::json" : name));
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  await query(
    `insert into dao_opt_traces (seq, ${names.join(", ")})
     select nextval('dao_opt_trace_order'), ${chosen.join(", ")} from (
       select * from unnest(${arrays.join(", ")}) with ordinality as given (${names.join(", ")}, at) order by at
     ) as ordered
     on conflict (trace_id) do update set seq = excluded.seq, ${updates.join(", ")}`,
    names.map((_, at) => [...latest.values()].map(({ values }) => values[at])),
  );
}

/** Replaces members of a trace; false if there is no such trace. */
export async function changeTrace(
  query: Query,
  { traceId, changes }: { readonly traceId: string; readonly changes: JsonObject },
): Promise<boolean> {
  const [found] = await query(
    "select record, order_ms, started_ms from dao_opt_traces where trace_id = $1 for update",
    [indexed(traceId)],
  );
  const record = found?.["record"];
  if (found === undefined || !isJsonObject(record as JsonObject)) return false;
  const { order_ms: orderMs, started_ms: startedMs } = found as {
    order_ms: number;
    started_ms: number | null;
  };
  const startMs = Date.parse(String(changes["started_at"]));
  const isMoved = !Number.isNaN(startMs) && startMs !== startedMs;
  const { values } = rowOfRecord({ ...(record as JsonObject), ...changes }, isMoved ? startMs : orderMs);
  const updates = traceColumns.map(
    ([name], at) => `${name} = $${at + 1}${name === "record" ? "::text::json" : ""}`,
  );
  await query(`update dao_opt_traces set ${updates.join(", ")} where trace_id = $1`, values);
  await markRated(query, { traceIds: [traceId], keys: [] });
  return true;
}
