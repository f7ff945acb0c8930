import type { TraceFilter } from "../../contracts/trace-store.ts";
import type { RecordFilter } from "../store/record-filter.ts";
import { beginning, indexed, lastName } from "./trace-row.ts";

export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const mostSetBack =
  "select coalesce(max(order_ms - started_ms), 0) from dao_opt_traces where order_ms > started_ms";

const textColumns = [
  ["chatId", "chat_id"],
  ["chainId", "chain_id"],
  ["parentId", "parent_id"],
  ["user", "user_id"],
  ["environment", "environment"],
] as const satisfies readonly (readonly [keyof TraceFilter, string])[];

/**
 * Conditions that every matching trace meets and that indexes serve. `RecordFilter.matches` decides: it is the same
 * for all stores.
 */
export function traceConditions(filter: TraceFilter, { sinceMs, untilMs, ids }: RecordFilter): SqlCondition {
  const values: unknown[] = [];
  const value = (one: unknown): string => `$${values.push(one)}`;
  const { model, prompt, hasError, rating, search } = filter;
  const conditions: string[] = [];
  if (ids !== undefined) conditions.push(`trace_id = any(${value([...ids].map(indexed))})`);
  // The order is the start or, where a clock was set back, later: both bounds are found by the index of the order.
  if (Number.isFinite(sinceMs)) {
    const since = value(sinceMs);
    conditions.push(`started_ms >= ${since}`, `order_ms >= ${since}`);
  }
  if (Number.isFinite(untilMs)) {
    const until = value(untilMs);
    conditions.push(`started_ms < ${until}`, `order_ms < ${until}::double precision + (${mostSetBack})`);
  }
  for (const [key, column] of textColumns) {
    const wanted = filter[key];
    if (wanted !== undefined) conditions.push(`${column} = ${value(indexed(wanted))}`);
  }
  if (hasError !== undefined) conditions.push(hasError ? "has_error" : "not has_error");
  if (model !== undefined) {
    // A dated name continues after the model's.
    const like = value(`${escapedLike(beginning(model))}%`);
    conditions.push(`(model like ${like} or asked_model like ${like})`);
  }
  if (prompt !== undefined) conditions.push(promptCondition(prompt, value));
  if (rating !== undefined) conditions.push("is_rated");
  for (const word of wordsOf(search)) conditions.push(`record::text ilike ${value(`%${word}%`)}`);
  return { sql: conditions.length === 0 ? "true" : conditions.join(" and "), values };
}

function promptCondition(wanted: string, value: (one: unknown) => string): string {
  if (wanted.startsWith("prv_")) return `version_id = ${value(indexed(wanted))}`;
  const name = `name = ${value(indexed(wanted))}`;
  return wanted.endsWith("/")
    ? `(prompt_path like ${value(`${escapedLike(beginning(wanted))}%`)} or ${name})`
    : `(prompt_name = ${value(lastName(wanted))} or ${name})`;
}

/** Words that JSON writes as they are. */
function wordsOf(search = ""): readonly string[] {
  return search.split(/\s+/).filter((word) => /^[a-z0-9]+$/i.test(word));
}

function escapedLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
