import { hash } from "node:crypto";
import type { TraceStore } from "../../contracts/trace-store.ts";
import { keyBytes } from "../../datasets/store/inputs-key.ts";
import { createKeyTable } from "../../datasets/store/key-table.ts";

/** Which traces a store has; some tens of bytes of memory each. */
export interface KnownTraces {
  has(traceId: string): boolean;
  add(traceId: string): void;
}

export async function readKnownTraces(store: Pick<TraceStore, "list">): Promise<KnownTraces> {
  const table = createKeyTable();
  const keyOf = (traceId: string) => hash("sha256", traceId, "buffer").subarray(0, keyBytes);
  for await (const { traceId } of store.list()) table.put(keyOf(traceId));
  return {
    has: (traceId) => table.find(keyOf(traceId)) >= 0,
    add: (traceId) => void table.put(keyOf(traceId)),
  };
}
