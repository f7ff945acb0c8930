import type { TraceStore } from "../../contracts/trace-store.ts";
import { isJsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";

/** Where a log stands among the logs of one job. */
export interface TracePlace {
  /** Id of the log at the top. */
  readonly rootId: string;
  /** Id of the flow that the top is a log of; undefined when it is none. */
  readonly flowId: string | undefined;
}

const deepest = 64;

/** Finds the top above logs; what was found for one is known for the next. */
export function createTracePlaces(traces: Pick<TraceStore, "find">): (trace: Trace) => Promise<TracePlace> {
  const known = new Map<string, Promise<Trace | undefined>>();
  const find = (id: string): Promise<Trace | undefined> => {
    const found = known.get(id) ?? traces.find(id);
    known.set(id, found);
    return found;
  };
  return async (trace) => {
    let top = trace;
    for (let level = 0; level < deepest && top.parentId !== undefined; level++) {
      const parent = await find(top.parentId);
      // A parent that was never logged, or is gone: the client's own id is all there is to go by.
      if (parent === undefined) return { rootId: top.parentId, flowId: undefined };
      top = parent;
    }
    const flow = top.other?.["flow"];
    const id = isJsonObject(flow) ? flow["id"] : undefined;
    return { rootId: top.traceId, flowId: typeof id === "string" ? id : undefined };
  };
}
