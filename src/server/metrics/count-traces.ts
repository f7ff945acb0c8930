import type { TraceLosses, TraceStore } from "../../contracts/trace-store.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** The same store, with what goes in and what is lost counted. */
export function countTraces(traces: TraceStore, metrics: ServerMetrics): TraceStore {
  let told = 0;
  const counted = (losses: TraceLosses): TraceLosses => {
    if (losses.count > told) metrics.tracesLost(losses.count - told);
    told = Math.max(told, losses.count);
    return losses;
  };
  return {
    ...bound(traces),
    append(trace) {
      metrics.tracesAppended(1);
      traces.append(trace);
    },
    flush: async () => counted(await traces.flush()),
    close: async () => counted(await traces.close()),
  };
}

function bound(traces: TraceStore): TraceStore {
  return {
    append: (trace) => traces.append(trace),
    addFeedback: (key, feedback) => traces.addFeedback(key, feedback),
    flush: () => traces.flush(),
    close: () => traces.close(),
    list: (filter, options) => traces.list(filter, options),
    find: (key) => traces.find(key),
    amend: (id, changes) => traces.amend(id, changes),
    remove: (filter) => traces.remove(filter),
  };
}
