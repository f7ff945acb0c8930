import type { TraceStore } from "../../src/contracts/trace-store.ts";
import type { Trace, TraceFeedback } from "../../src/core/trace.ts";

/** A trace store in this process whose appended traces can be inspected. */
export interface MemoryTraces extends TraceStore {
  readonly kept: readonly Trace[];
  readonly feedback: readonly {
    readonly key: string;
    readonly feedback: TraceFeedback | { isDeleted: true };
  }[];
  /** Resolves when this many traces have been appended. */
  reached(count: number): Promise<void>;
}

export function createMemoryTraces(): MemoryTraces {
  const kept: Trace[] = [];
  const feedback: { key: string; feedback: TraceFeedback | { isDeleted: true } }[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const isKeyOf = (trace: Trace, key: string) =>
    trace.traceId === key || trace.eventId === key || trace.feedbackKey === key;
  return {
    kept,
    feedback,
    append(trace) {
      kept.push(trace);
      for (const { done } of waiting.filter(({ count }) => count <= kept.length)) done();
    },
    addFeedback: (key, given) => feedback.push({ key, feedback: given }),
    flush: async () => ({ count: 0 }),
    close: async () => ({ count: 0 }),
    async *list() {
      yield* kept;
    },
    find: async (key) => kept.find((trace) => isKeyOf(trace, key)),
    async amend(traceId, changes) {
      const at = kept.findIndex((trace) => trace.traceId === traceId);
      const amended = { ...(kept[at] as Trace), ...changes };
      kept[at] = amended;
      return amended;
    },
    remove: async () => kept.splice(0).length,
    reached: (count) =>
      new Promise((done) => {
        if (kept.length >= count) done();
        else waiting.push({ count, done });
      }),
  };
}
