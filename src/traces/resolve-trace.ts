import type { TraceStore } from "../contracts/trace-store.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import type { Trace } from "../core/trace.ts";

/** Number of latest trace ids searched for prefixes and similar ids. */
const nearAmong = 20_000;

/**
 * The trace with this id, event id or feedback key, or the only recent trace whose id starts with it. Rejects
 * with a NotFoundError that lists similar ids.
 */
export async function resolveTrace(store: TraceStore, key: string): Promise<Trace> {
  const exact = await store.find(key);
  if (exact !== undefined) return exact;
  const ids = await latestIds(store);
  const longer = key === "" ? [] : ids.filter((id) => id.startsWith(key));
  const only = longer.length === 1 ? await store.find(longer[0] as string) : undefined;
  if (only !== undefined) return only;
  throw notFound(key, longer.length > 1 ? longer.slice(0, 3) : nearNames(key, ids, 3));
}

/** The error for a missing trace, with similar ids. */
export async function traceNotFound(store: TraceStore, key: string): Promise<NotFoundError> {
  return notFound(key, nearNames(key, await latestIds(store), 3));
}

function notFound(key: string, near: readonly string[]): NotFoundError {
  const hint = near.length === 0 ? "`dao-opt traces list` shows the traces of this state folder" : undefined;
  return new NotFoundError("trace", key, near, { hint });
}

async function latestIds(store: TraceStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { traceId } of store.list({}, { newestFirst: true })) {
    if (ids.push(traceId) === nearAmong) break;
  }
  return ids;
}
