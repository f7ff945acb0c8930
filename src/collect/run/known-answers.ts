import type { TraceStore } from "../../contracts/trace-store.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { outputsOf } from "../../traces/dataset-record.ts";
import { collectSource } from "./collected-trace.ts";

/** What earlier collections left among the traces. */
export interface KnownAnswers {
  /** Ids of the traces that are there already. */
  readonly ids: ReadonlySet<string>;
  /** The usable answer to each row, where there is one. */
  readonly outputs: (JsonValue | undefined)[];
}

/** Reads through the traces once. */
export async function knownAnswers(
  traces: TraceStore,
  rows: readonly Example[],
  idOf: (row: Example) => string,
): Promise<KnownAnswers> {
  const places = new Map(rows.map((row, at) => [idOf(row), at]));
  const ids = new Set<string>();
  const outputs: (JsonValue | undefined)[] = [];
  for await (const trace of traces.list({ where: { source: collectSource } })) {
    const at = places.get(trace.traceId);
    if (at === undefined || trace.error !== undefined) continue;
    ids.add(trace.traceId);
    const answer = unusableReason(trace) === undefined ? outputsOf(trace) : undefined;
    if (answer !== undefined) outputs[at] = answer;
  }
  return { ids, outputs };
}
