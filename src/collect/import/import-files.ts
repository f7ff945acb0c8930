import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { DatasetError } from "../../core/errors.ts";
import { detectFormat, formatNamed } from "../../imports/detect-format.ts";
import { isConversationRow, mappedRows } from "../../imports/formats/rows.ts";
import type { ImportFormat, ImportItem } from "../../imports/import-format.ts";
import { sampleFile } from "../../imports/source/sample-file.ts";
import { openSourceFile, type SourceFile } from "../../imports/source/source-file.ts";
import { describeLeftOut } from "../../traces/otlp/left-out.ts";
import {
  createImportTally,
  type ImportCounts,
  type ImportedFile,
  type ImportTally,
} from "./import-counts.ts";
import { createItemImport, type ImportRequest } from "./import-items.ts";

/**
 * Imports files into the trace store and, if named, a dataset. Unreadable items are reported with their place and
 * skipped. A trace that the store already has is not added again, but gets its template and variables if this
 * import recovers them. Rejects with UsageError if a file has no known format, and with DatasetError if nothing
 * could be read.
 */
export async function importFiles(request: ImportRequest): Promise<ImportCounts> {
  const sources = await openSources(request);
  const files = sources.map(
    ({ file, format, notes }): ImportedFile => ({
      name: file.name,
      format: format.name,
      notes,
      columns: null,
      traces: 0,
      rows: 0,
      problems: 0,
    }),
  );
  const tally = createImportTally(files);
  const merged = await merge(request, recordsOf(request, sources, tally));
  const lost = await request.traces.flush();
  const { counts, problems, skipped } = tally;
  if (!tally.hasFeedback && files.every(({ traces, rows }) => traces + rows === 0)) {
    const { format } = request;
    const unread = tally.leftOut().map((one) => ({ file: one.file, message: describeLeftOut(one) }));
    throw new DatasetError("nothing could be read", [...problems, ...unread], {
      hint: format === "auto" ? undefined : `check that the files are ${format}, or use --format auto`,
    });
  }
  const dataset = { name: request.dataset ?? "", given: counts.given, failed: skipped.failed, skipped };
  return {
    files,
    traces: { read: counts.read, added: counts.added, known: counts.known, amended: counts.amended },
    feedback: counts.feedback,
    dataset: merged === undefined ? null : { ...merged, ...dataset },
    unrendered: request.known === undefined ? null : tally.unrendered,
    prompts: tally.prompts,
    leftOut: tally.leftOut(),
    problems: {
      count: counts.problems,
      reasons: [...tally.reasons].sort(([, one], [, other]) => other - one),
      shown: problems,
    },
    lost,
  };
}

interface Source {
  readonly file: SourceFile;
  readonly format: ImportFormat;
  readonly notes: readonly string[];
}

async function openSources({
  files,
  format,
  columns,
  ...request
}: ImportRequest): Promise<readonly Source[]> {
  const known = format === "auto" ? undefined : formatNamed(format);
  const mapped = columns === undefined ? undefined : mappedRows(columns);
  const wantsRows = request.dataset !== undefined && request.known === undefined;
  const sources: Source[] = [];
  for (const { path, name } of files) {
    const file = await openSourceFile(path, name);
    const found = known ?? mapped ?? (await detectFormat(file));
    // Named columns are those of rows, whatever else the file could be.
    sources.push({ file, format: mapped ?? found, notes: await notesOf(file, found, wantsRows) });
  }
  return sources;
}

async function notesOf(
  file: SourceFile,
  format: ImportFormat,
  wantsRows: boolean,
): Promise<readonly string[]> {
  if (file.layout === "folder") return [];
  const { notes, values } = await sampleFile(file);
  const isTuning = wantsRows && format.name === "openai-chat" && values.every(isConversationRow);
  const advice =
    "lines of a fine-tuning file are kept as calls; --format rows reads them as rows with messages";
  return isTuning ? [...notes, advice] : notes;
}

/** Stores each item and yields the rows for the dataset. */
async function* recordsOf(
  request: ImportRequest,
  sources: readonly Source[],
  tally: ImportTally,
): AsyncGenerator<DatasetRecord> {
  const { dataset, limit = Number.POSITIVE_INFINITY } = request;
  const items = createItemImport(request, tally);
  let taken = 0;
  for await (const item of itemsOf(sources)) {
    if (item.kind === "problem") tally.report(item.place, item.message);
    else if (item.kind === "left-out") tally.leaveOut(item.place, item.leftOut);
    else if (item.kind === "columns") tally.noteColumns(item);
    else if (item.kind === "feedback") await items.feedback(item.key, item.feedback, item.place);
    else {
      if (taken >= limit) return;
      taken++;
      tally.countItem(item);
      const record =
        item.kind === "row" ? items.row(item.record, item.place) : await items.trace(item.trace, item.place);
      if (record === undefined || dataset === undefined) continue;
      tally.counts.given++;
      yield record;
    }
  }
}

/** Files of one format are read together because some formats span several files. */
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
