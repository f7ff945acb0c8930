import { hash } from "node:crypto";
import type { TraceStore } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/digest.ts";
import type { Trace } from "../../core/trace.ts";
import { keyBytes } from "../../datasets/store/inputs-key.ts";
import { createKeyTable } from "../../datasets/store/key-table.ts";

/** Which traces a store has; some tens of bytes of memory each. */
export interface KnownTraces {
  has(traceId: string): boolean;
  add(traceId: string): void;
  /**
   * Did the store have the trace with these very messages, and without variables? Messages that were redacted,
   * left out or changed since are others: what is recovered from these does not belong to them.
   */
  lacksInputs(trace: Trace): boolean;
}

export async function readKnownTraces(store: Pick<TraceStore, "list">): Promise<KnownTraces> {
  const ids = createKeyTable();
  const withoutInputs = createKeyTable();
  for await (const trace of store.list()) {
    ids.put(keyOf(trace.traceId));
    if (!hasInputs(trace)) withoutInputs.put(messagesKey(trace));
  }
  return {
    has: (traceId) => ids.find(keyOf(traceId)) >= 0,
    add: (traceId) => void ids.put(keyOf(traceId)),
    lacksInputs: (trace) => withoutInputs.find(messagesKey(trace)) >= 0,
  };
}

function hasInputs({ inputs = {} }: Trace): boolean {
  return Object.keys(inputs).length > 0;
}

function messagesKey({ traceId, messages = [] }: Trace): Buffer {
  return keyOf(canonicalJson([traceId, messages]));
}

function keyOf(text: string): Buffer {
  return hash("sha256", text, "buffer").subarray(0, keyBytes);
}
