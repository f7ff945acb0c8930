import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { TraceStore } from "../../../contracts/trace-store.ts";
import { canonicalJson } from "../../../core/data/digest.ts";
import { UsageError } from "../../../core/errors.ts";
import type { Trace } from "../../../core/trace.ts";
import { unusableReason } from "../../../traces/answer-of-trace.ts";
import { datasetRecordOf } from "../../../traces/dataset-record.ts";
import type { Redactor } from "../../../traces/redaction/create-redactor.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { pageHeaders } from "../shell/page-headers.ts";
import { setFlash } from "../shell/page-session.ts";
import { readTraceQuery } from "./trace-filters.ts";

/** More are exported with the command, which has no such bound. */
export const mostSelected = 10_000;
const mostIds = 500;

/** An address that selects nothing leads back to the list, with its filters. */
export function backToList({ query, context }: PageRequest): Response | undefined {
  if (query.get("all") === "1" || query.getAll("id").some((id) => id !== "")) return undefined;
  const kept = new URLSearchParams([...query].filter(([name]) => !["id", "all", "format"].includes(name)));
  setFlash(context, { message: "No traces are selected: tick some in the list first.", isDone: false });
  const location = `/ui/traces${kept.size === 0 ? "" : `?${kept}`}`;
  return context.body(null, 303, { ...pageHeaders, location });
}

/** The traces of `?id=…&id=…`, or with `?all=1` those that match the filters; oldest first. */
export async function* selectedTraces(
  store: TraceStore,
  query: URLSearchParams,
  now: Date,
): AsyncGenerator<Trace> {
  const ids = [...new Set(query.getAll("id"))].filter((id) => id !== "");
  if (query.get("all") === "1") {
    yield* store.list(readTraceQuery(query, now).filter);
    return;
  }
  if (ids.length === 0) throw new UsageError("no traces are selected", { hint: "tick some in the list" });
  if (ids.length > mostIds)
    throw new UsageError(`${ids.length} traces are selected one by one; at most ${mostIds} can be`, {
      hint: "filter the list and use all that match",
    });
  const found: Trace[] = [];
  for (const id of ids) found.push(await resolveTrace(store, id));
  yield* found.sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
}

/** What becomes of selected traces. */
export interface SelectedRows {
  readonly traces: number;
  /** Equal inputs are one row, with the newest answer; in the order of their first trace. */
  readonly records: readonly DatasetRecord[];
  /** Traces that make no row, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Rows whose traces have different answers. */
  readonly conflicts: readonly RowConflict[];
  /** There were more traces than are taken. */
  readonly isCut: boolean;
}

export interface RowConflict {
  readonly record: DatasetRecord;
  readonly answers: readonly string[];
}

/** Makes rows as `traces export --format dataset` does. */
export async function rowsOf(traces: AsyncIterable<Trace>, redactor?: Redactor): Promise<SelectedRows> {
  const rows = new Map<string, { record: DatasetRecord; answers: Set<string> }>();
  const skipped = new Map<string, number>();
  let count = 0;
  let isCut = false;
  for await (const given of traces) {
    isCut = count === mostSelected;
    if (isCut) break;
    count++;
    const trace = redactor === undefined ? given : redactor.trace(given);
    const record = datasetRecordOf(trace);
    if (record === undefined) {
      const reason = skipReason(trace);
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      continue;
    }
    const key = canonicalJson(record.inputs);
    const known = rows.get(key);
    const answers = known?.answers ?? new Set<string>();
    answers.add(expectedText(record));
    rows.set(key, { record: known === undefined ? record : joined(known.record, record), answers });
  }
  const all = [...rows.values()];
  return {
    traces: count,
    records: all.map(({ record }) => record),
    skipped,
    conflicts: all.flatMap(({ record, answers }) =>
      answers.size > 1 ? [{ record, answers: [...answers] }] : [],
    ),
    isCut,
  };
}

/** The same as merging both into a dataset: the newer output, and what either expects. */
function joined(earlier: DatasetRecord, later: DatasetRecord): DatasetRecord {
  const expectations = { ...earlier.expectations, ...later.expectations };
  const tags = { ...earlier.tags, ...later.tags };
  return {
    ...earlier,
    ...later,
    ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  };
}

/** What a row expects: the correction, else the answer. */
export function expectedText({ expectations, outputs }: DatasetRecord): string {
  const expected = expectations?.["expected_response"] ?? outputs ?? null;
  return typeof expected === "string" ? expected : canonicalJson(expected);
}

function skipReason(trace: Trace): string {
  if (trace.inputs === undefined || Object.keys(trace.inputs).length === 0) return "variables are unknown";
  return `no usable answer (${(unusableReason(trace) ?? "none").replaceAll("_", " ")})`;
}
