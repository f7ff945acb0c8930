import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import type { TraceFilter, TraceStore } from "../../contracts/trace-store.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Trace } from "../../core/trace.ts";

/** How recorded calls became rows. */
export interface RecoveredRows {
  /** Calls of the source model, or of the prompt, without an error. */
  readonly traces: number;
  readonly rows: number;
  /** Whose messages several sets of inputs would give. */
  readonly ambiguous: number;
  /** Whose messages the prompt's template does not give. */
  readonly unmatched: number;
}

export interface TraceRowsRequest {
  readonly traces: TraceStore;
  readonly filter: TraceFilter;
  /** Path of the prompt, and name of the model that is being left. */
  readonly promptPath: string;
  readonly sourceModel: string;
  /** The inputs that the prompt's template needs to give a trace's messages. */
  readonly inputsOf: (trace: Trace) => JsonObject | "ambiguous" | "unmatched";
  readonly recordOf: (trace: Trace) => DatasetRecord | undefined;
}

/** Rows out of recorded calls, the newest answer to equal inputs last, so that it is the one that stays. */
export async function rowsOfTraces(
  request: TraceRowsRequest,
): Promise<{ readonly records: readonly DatasetRecord[]; readonly counts: RecoveredRows }> {
  const { promptPath, sourceModel } = request;
  const records: DatasetRecord[] = [];
  const counts = { traces: 0, rows: 0, ambiguous: 0, unmatched: 0 };
  for await (const trace of request.traces.list(request.filter)) {
    const isOfPrompt = trace.prompt?.path === promptPath;
    if (trace.error !== undefined || (!isOfPrompt && trace.prompt?.path !== undefined)) continue;
    if (trace.model !== undefined && !isModel(trace.model, sourceModel)) continue;
    counts.traces++;
    const inputs = isOfPrompt && trace.inputs !== undefined ? trace.inputs : request.inputsOf(trace);
    if (typeof inputs === "string") {
      counts[inputs]++;
      continue;
    }
    const record = request.recordOf({ ...trace, inputs });
    if (record !== undefined) records.push(record);
  }
  counts.rows = records.length;
  return { records, counts };
}

/** Providers answer with the dated name of the model that was asked for: `gpt-4o` as `gpt-4o-2024-08-06`. */
function isModel(recorded: string, wanted: string): boolean {
  return (
    recorded === wanted ||
    (/^-\d{4}(-?\d{2}-?\d{2})?$/.test(recorded.slice(wanted.length)) && recorded.startsWith(wanted))
  );
}
