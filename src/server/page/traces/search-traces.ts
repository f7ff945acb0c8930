import type { TraceStore } from "../../../contracts/trace-store.ts";
import type { Trace } from "../../../core/trace.ts";
import type { TraceQuery } from "./trace-filters.ts";

/** A page of traces. */
export interface FoundTraces {
  readonly traces: readonly Trace[];
  readonly hasMore: boolean;
  /** Set if the search took too long: only traces from this time on were searched. */
  readonly searchedTo?: string | undefined;
}

/** A page answers within two seconds; the rest of the search has an address of its own. */
const longestMs = 1200;

/** Traces of a query, newest first (those of a chat or chain in order). */
export async function searchTraces(
  store: TraceStore,
  { filter, isConversation }: Pick<TraceQuery, "filter" | "isConversation">,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<FoundTraces> {
  const endMs = performance.now() + longestMs;
  let searchedTo: string | undefined;
  const traces: Trace[] = [];
  let skipped = 0;
  const list = store.list(filter, {
    newestFirst: !isConversation,
    onSearched(startedAt) {
      if (performance.now() < endMs) return true;
      searchedTo = startedAt;
      return false;
    },
  });
  for await (const trace of list) {
    if (skipped++ < offset) continue;
    traces.push(trace);
    if (traces.length > limit) break;
  }
  return { traces: traces.slice(0, limit), hasMore: traces.length > limit, searchedTo };
}
