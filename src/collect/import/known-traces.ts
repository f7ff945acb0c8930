import { hash } from "node:crypto";
import type { TraceStore } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import { createKeyTable, keyBytes } from "../../datasets/store/key-table.ts";

/** Which traces a store has; some tens of bytes of memory each. */
export interface KnownTraces {
  has(traceId: string): boolean;
  add(trace: Trace): void;
  /** Is there a trace that feedback names so: by its id, its event id or its feedback key? */
  hasKey(key: string): boolean;
  /** Was this said of that trace already, whenever it was? */
  hasFeedback(key: string, feedback: TraceFeedback): boolean;
  addFeedback(key: string, feedback: TraceFeedback): void;
  /**
   * Did the store have the trace with these very messages, and without variables? Messages that were redacted,
   * left out or changed since are others: what is recovered from these does not belong to them.
   */
  lacksInputs(trace: Trace): boolean;
}

export async function readKnownTraces(store: Pick<TraceStore, "list">): Promise<KnownTraces> {
  const ids = createKeyTable();
  const withoutInputs = createKeyTable();
  const names = createKeyTable();
  const said = createKeyTable();
  const add = (trace: Trace): void => {
    const { traceId, eventId, feedbackKey, feedback = [] } = trace;
    ids.put(keyOf(traceId));
    for (const name of [traceId, eventId, feedbackKey]) {
      if (name === undefined) continue;
      names.put(keyOf(name));
      for (const one of feedback) said.put(feedbackKeyOf(name, one));
    }
  };
  for await (const trace of store.list()) {
    add(trace);
    if (!hasInputs(trace)) withoutInputs.put(messagesKey(trace));
  }
  return {
    has: (traceId) => ids.find(keyOf(traceId)) >= 0,
    add,
    hasKey: (key) => names.find(keyOf(key)) >= 0,
    hasFeedback: (key, feedback) => said.find(feedbackKeyOf(key, feedback)) >= 0,
    addFeedback: (key, feedback) => void said.put(feedbackKeyOf(key, feedback)),
    lacksInputs: (trace) => withoutInputs.find(messagesKey(trace)) >= 0,
  };
}

function hasInputs({ inputs = {} }: Trace): boolean {
  return Object.keys(inputs).length > 0;
}

function messagesKey({ traceId, messages = [] }: Trace): Buffer {
  return keyOf(canonicalJson([traceId, messages]));
}

function feedbackKeyOf(name: string, { at: _at, ...said }: TraceFeedback): Buffer {
  return keyOf(canonicalJson([name, said]));
}

function keyOf(text: string): Buffer {
  return hash("sha256", text, "buffer").subarray(0, keyBytes);
}
