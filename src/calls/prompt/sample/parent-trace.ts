import type { TraceStore } from "../../../contracts/trace-store.ts";
import { UsageError } from "../../../core/errors.ts";
import type { PromptCallServices } from "../call-services.ts";

/** Deeper nesting is a circle. */
const deepest = 64;

/**
 * Id of the log at the top of the trace that holds a parent; undefined when there is no parent, or none can be
 * looked up. Rejects with UsageError for a parent that was never logged.
 */
export async function rootOfParent(
  traces: PromptCallServices["traces"],
  parentId: string | undefined,
): Promise<string | undefined> {
  const { find } = traces;
  if (parentId === undefined || find === undefined) return undefined;
  const parent = (await find(parentId)) ?? (await afterFlush(traces, find, parentId));
  if (parent === undefined) {
    throw new UsageError(`trace_parent_id: there is no log ${parentId}`, {
      hint: "log the parent first, and give the id of its log",
    });
  }
  let top = parent;
  for (let level = 0; level < deepest && top.parentId !== undefined; level++) {
    const above = await find(top.parentId);
    // A parent that is gone, or was never logged: its id is all there is to go by.
    if (above === undefined) return top.parentId;
    top = above;
  }
  return top.traceId;
}

/** A parent that was logged a moment ago may not be on disk yet. */
async function afterFlush(traces: PromptCallServices["traces"], find: TraceStore["find"], parentId: string) {
  await traces.flush();
  return find(parentId);
}
