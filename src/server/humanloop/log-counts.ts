import type { TraceStore } from "../../contracts/trace-store.ts";
import type { Trace } from "../../core/trace.ts";

/** How often versions were called, and when last. */
export interface LogCounts {
  of(versionId: string): { readonly count: number; readonly lastUsedAt: string | undefined };
  /** Of all versions of the prompt at a path. */
  ofPrompt(path: string): number;
  note(trace: Trace): void;
}

interface Count {
  count: number;
  lastUsedAt: string | undefined;
}

/**
 * Counts what is in the store once, in the background, and from then on what this server logs. Until the store
 * is read, and for what other processes log meanwhile, the figures are behind.
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
    for await (const trace of traces.list()) note(trace);
  };
  // A store that cannot be read has no counts; whoever reads its traces is told why.
  readStore().catch(() => {});
  return {
    note,
    of: (versionId) => counts.get(versionId) ?? { count: 0, lastUsedAt: undefined },
    ofPrompt: (path) => byPath.get(path) ?? 0,
  };
}
