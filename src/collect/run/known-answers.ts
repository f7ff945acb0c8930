import type { TraceStore } from "../../contracts/trace-store.ts";
import type { Example } from "../../core/example.ts";
import { collectSource } from "./collected-trace.ts";

/** What earlier collections left among the traces. */
export interface KnownAnswers {
  /** Ids of the traces that are there already. */
  readonly ids: ReadonlySet<string>;
  /** The answer to each row, where there is one. */
  readonly outputs: (string | undefined)[];
}

/** Reads through the traces once. */
export async function knownAnswers(
  traces: TraceStore,
  rows: readonly Example[],
  idOf: (row: Example) => string,
): Promise<KnownAnswers> {
  const places = new Map(rows.map((row, at) => [idOf(row), at]));
  const ids = new Set<string>();
  const outputs: (string | undefined)[] = [];
  for await (const { traceId, output, error } of traces.list({ where: { source: collectSource } })) {
    const at = places.get(traceId);
    if (at === undefined || error !== undefined || typeof output !== "string") continue;
    ids.add(traceId);
    outputs[at] = output;
  }
  return { ids, outputs };
}
