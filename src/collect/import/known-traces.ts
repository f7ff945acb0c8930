import type { TraceStore } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import { createKeyTable, textKey } from "../../datasets/store/key-table.ts";

/** The traces in a store, using some tens of bytes of memory per trace. */
export interface KnownTraces {
  has(traceId: string): boolean;
  add(trace: Trace): void;
  /** True if a trace has this id, event id or feedback key. */
  hasKey(key: string): boolean;
  /** True if the trace already has this feedback, at any time. */
  hasFeedback(key: string, feedback: TraceFeedback): boolean;
  addFeedback(key: string, feedback: TraceFeedback): void;
  /**
   * True if the store had the trace with exactly these messages and without variables. If its messages were
   * redacted, omitted or changed, recovered variables do not fit them.
   */
  lacksInputs(trace: Trace): boolean;
}

export async function readKnownTraces(store: Pick<TraceStore, "list">): Promise<KnownTraces> {
  const ids = createKeyTable();
  const withoutInputs = createKeyTable();
  const names = createKeyTable();
  const feedbackKeys = createKeyTable();
  const add = (trace: Trace): void => {
    const { traceId, eventId, feedbackKey, feedback = [] } = trace;
    ids.put(textKey(traceId));
    for (const name of [traceId, eventId, feedbackKey]) {
      if (name === undefined) continue;
      names.put(textKey(name));
      for (const one of feedback) feedbackKeys.put(feedbackKeyOf(name, one));
    }
  };
  for await (const trace of store.list()) {
    add(trace);
    if (!hasInputs(trace)) withoutInputs.put(messagesKey(trace));
  }
  return {
    has: (traceId) => ids.find(textKey(traceId)) >= 0,
    add,
    hasKey: (key) => names.find(textKey(key)) >= 0,
    hasFeedback: (key, feedback) => feedbackKeys.find(feedbackKeyOf(key, feedback)) >= 0,
    addFeedback: (key, feedback) => void feedbackKeys.put(feedbackKeyOf(key, feedback)),
    lacksInputs: (trace) => withoutInputs.find(messagesKey(trace)) >= 0,
  };
}

function hasInputs({ inputs = {} }: Trace): boolean {
  return Object.keys(inputs).length > 0;
}

function messagesKey({ traceId, messages = [] }: Trace): Buffer {
  return textKey(canonicalJson([traceId, messages]));
}

function feedbackKeyOf(name: string, { at: _at, ...content }: TraceFeedback): Buffer {
  return textKey(canonicalJson([name, content]));
}
