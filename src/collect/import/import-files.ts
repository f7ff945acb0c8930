import type { DatasetRecord, DatasetStore } from "../../contracts/dataset-store.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { DatasetError, type RowProblem, thrownReason, UsageError } from "../../core/errors.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { datasetRecordOf } from "../../traces/dataset-record.ts";
import type { FolderTraceStore } from "../../traces/open-trace-store.ts";
import { noneSkipped, noteSkipped } from "../skipped-answers.ts";
import type { Unrenderer } from "../unrender/create-unrenderer.ts";
import { detectFormat, formatNamed } from "./detect-format.ts";
import { mappedRows, rows } from "./formats/rows.ts";
import type { ImportCounts, ImportedFile } from "./import-counts.ts";
import type { FilePlace, ImportFormat, ImportItem } from "./import-format.ts";
import { type KnownTraces, readKnownTraces } from "./known-traces.ts";
import { openSourceFile, type SourceFile } from "./source/source-file.ts";
import { recoveredFields, type UnrenderOutcome, unrenderTrace } from "./unrender-trace.ts";

/** Takes personal data out. Throws when it fails. */
export interface Redaction {
  trace(trace: Trace): Trace;
  json(value: JsonValue): JsonValue;
}

export interface ImportRequest {
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** Name of a format, or `auto`. */
  readonly format: string;
  readonly traces: FolderTraceStore;
  readonly datasets: DatasetStore;
  /** Rows, and traces whose variables are known, are merged into it. */
  readonly dataset?: string;
  /** The templates calls may have been made with, and the paths of their prompts. */
  readonly known?: { readonly unrenderer: Unrenderer; readonly paths: ReadonlySet<string> };
  /** Path of the one prompt whose calls become rows. */
  readonly prompt?: string;
  readonly redaction?: Redaction;
  /** Which columns of flat rows are variables and the expected answer; every file must then hold rows. */
  readonly columns?: RowMapping;
  readonly limit?: number;
  /** Sees each trace as it is kept, and what became of its variables. */
  readonly onTrace?: (trace: Trace, outcome: UnrenderOutcome) => void;
}

const shownProblems = 1000;
const tracesAtOnce = 500; // Handed to the store before they must be on disk.

/**
 * Reads files into the trace store, and into a dataset. What cannot be read is told with its place and passed
 * over. A trace the store has already is not added again, but is told its template and variables when they were
 * recovered only now; and neither is a row. Rejects with UsageError for files of no known kind, and with
 * DatasetError when nothing at all could be read.
 */
export async function importFiles(request: ImportRequest): Promise<ImportCounts> {
  const sources = await openSources(request);
  const files = sources.map(
    ({ file, format }): ImportedFile => ({
      name: file.name,
      format: format.name,
      flatColumns: [],
      traces: 0,
      rows: 0,
      problems: 0,
    }),
  );
  const problems: RowProblem[] = [];
  const unrendered = { kept: 0, exact: 0, ambiguous: 0, unmatched: 0, no_messages: 0 };
  const prompts: Record<string, number> = {};
  const counts = { read: 0, added: 0, known: 0, amended: 0, feedback: 0, given: 0, problems: 0 };
  const skipped = noneSkipped();
  let isFeedbackRead = false;
  const fileOf = (place: FilePlace) =>
    files.find(({ name }) => place.file === name || place.file.startsWith(`${name}/`));
  const tell = ({ file, line }: FilePlace, message: string): void => {
    counts.problems++;
    const entry = fileOf({ file });
    if (entry !== undefined) entry.problems++;
    if (problems.length < shownProblems)
      problems.push({ file, ...(line === undefined ? {} : { line }), message });
  };
  let knownTraces: KnownTraces | undefined;

  const takeTrace = async (given: Trace, place: FilePlace): Promise<DatasetRecord | undefined> => {
    const { known } = request;
    const found = known === undefined ? undefined : unrenderTrace(given, known.unrenderer, known.paths);
    const outcome = found?.outcome ?? (given.inputs === undefined ? "unmatched" : "kept");
    const full = found?.trace ?? given;
    const trace = redacted(request.redaction, full, place, tell);
    if (trace === undefined) return undefined;
    unrendered[outcome]++;
    counts.read++;
    const { path } = trace.prompt ?? {};
    if (outcome === "exact" && path !== undefined) prompts[path] = (prompts[path] ?? 0) + 1;
    knownTraces ??= await readKnownTraces(request.traces);
    if (!knownTraces.has(trace.traceId)) {
      knownTraces.add(trace);
      request.traces.append(trace);
      counts.added++;
    } else {
      counts.known++;
      if (outcome === "exact" && knownTraces.lacksInputs(trace)) {
        request.traces.amendLater(trace.traceId, recoveredFields(trace));
        counts.amended++;
      }
    }
    if (counts.read % tracesAtOnce === 0) await request.traces.flush();
    request.onTrace?.(trace, outcome);
    const isOfPrompt = request.prompt === undefined || path === request.prompt;
    const record = isOfPrompt ? datasetRecordOf(trace) : undefined;
    if (isOfPrompt && record === undefined) noteSkipped(skipped, unusableReason(trace));
    return record;
  };

  const takeFeedback = async (key: string, given: TraceFeedback, place: FilePlace): Promise<void> => {
    knownTraces ??= await readKnownTraces(request.traces);
    if (!knownTraces.hasKey(key)) {
      tell(place, `no event has the feedback key ${key}, neither in these files nor among the stored traces`);
      return;
    }
    isFeedbackRead = true;
    // What is redacted is a whole trace.
    const holder: Trace = { traceId: "", startedAt: given.at, feedback: [given] };
    const [feedback] = redacted(request.redaction, holder, place, tell)?.feedback ?? [];
    if (feedback === undefined || knownTraces.hasFeedback(key, feedback)) return;
    knownTraces.addFeedback(key, feedback);
    request.traces.addFeedback(key, feedback);
    counts.feedback++;
    if (counts.feedback % tracesAtOnce === 0) await request.traces.flush();
  };

  const takeRow = (record: DatasetRecord, place: FilePlace): DatasetRecord | undefined => {
    if (request.dataset === undefined)
      throw new UsageError(`${place.file} holds rows, and rows go into a dataset`, {
        hint: "name it with --dataset",
      });
    if (request.redaction === undefined) return record;
    try {
      return request.redaction.json(record as unknown as JsonObject) as unknown as DatasetRecord;
    } catch (error) {
      tell(place, `not kept, for it could not be redacted: ${thrownReason(error)}`);
      return undefined;
    }
  };

  async function* records(): AsyncGenerator<DatasetRecord> {
    let taken = 0;
    for await (const item of itemsOf(sources)) {
      if (item.kind === "problem") {
        tell(item.place, item.message);
        continue;
      }
      if (item.kind === "feedback") {
        await takeFeedback(item.key, item.feedback, item.place);
        continue;
      }
      if (request.limit !== undefined && taken >= request.limit) return;
      taken++;
      const entry = fileOf(item.place);
      if (entry !== undefined) entry[item.kind === "row" ? "rows" : "traces"]++;
      if (item.kind === "row" && item.isFlat === true) noteColumns(entry, item.record.inputs);
      const record =
        item.kind === "row" ? takeRow(item.record, item.place) : await takeTrace(item.trace, item.place);
      if (record === undefined || request.dataset === undefined) continue;
      counts.given++;
      yield record;
    }
  }

  const merged = await merge(request, records());
  const lost = await request.traces.flush();
  if (!isFeedbackRead && files.every(({ traces, rows }) => traces + rows === 0)) {
    throw new DatasetError("nothing could be read", problems, {
      hint: named(request) ? `are the files really ${request.format}? try --format auto` : undefined,
    });
  }
  const told = { name: request.dataset ?? "", given: counts.given, failed: skipped.failed, skipped };
  return {
    files,
    traces: { read: counts.read, added: counts.added, known: counts.known, amended: counts.amended },
    feedback: counts.feedback,
    dataset: merged === undefined ? null : { ...merged, ...told },
    unrendered: request.known === undefined ? null : unrendered,
    prompts,
    problems: { count: counts.problems, shown: problems },
    lost,
  };
}

function named({ format }: ImportRequest): boolean {
  return format !== "auto";
}

interface Source {
  readonly file: SourceFile;
  readonly format: ImportFormat;
}

async function openSources({ files, format, columns }: ImportRequest): Promise<readonly Source[]> {
  const known = format === "auto" ? undefined : formatNamed(format);
  const mapped = columns === undefined ? undefined : mappedRows(columns);
  const sources: Source[] = [];
  for (const { path, name } of files) {
    const file = await openSourceFile(path, name);
    const found = known ?? (await detectFormat(file));
    if (mapped !== undefined && found !== rows)
      throw new UsageError(`--inputs and --expected name columns of rows, and ${name} is ${found.name}`, {
        hint: "leave them out, or say --format rows",
      });
    sources.push({ file, format: mapped ?? found });
  }
  return sources;
}

const shownColumns = 30;

function noteColumns(file: ImportedFile | undefined, inputs: JsonObject): void {
  for (const name of file === undefined ? [] : Object.keys(inputs)) {
    if (file !== undefined && file.flatColumns.length < shownColumns && !file.flatColumns.includes(name))
      file.flatColumns.push(name);
  }
}

/** Files of one format are read together: some stand in several files. */
async function* itemsOf(sources: readonly Source[]): AsyncGenerator<ImportItem> {
  for (const format of new Set(sources.map((source) => source.format))) {
    yield* format.read(sources.filter((source) => source.format === format).map(({ file }) => file));
  }
}

async function merge({ datasets, dataset }: ImportRequest, records: AsyncIterable<DatasetRecord>) {
  if (dataset !== undefined) return datasets.merge(dataset, records);
  for await (const _ of records);
  return undefined;
}

function redacted(
  redaction: Redaction | undefined,
  trace: Trace,
  place: FilePlace,
  tell: (place: FilePlace, message: string) => void,
): Trace | undefined {
  if (redaction === undefined) return trace;
  try {
    return redaction.trace(trace);
  } catch (error) {
    tell(place, `not kept, for it could not be redacted: ${thrownReason(error)}`);
    return undefined;
  }
}
