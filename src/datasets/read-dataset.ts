import { tmpdir } from "node:os";
import type { Dataset, DatasetSpec } from "../contracts/dataset-store.ts";
import { DatasetError } from "../core/errors.ts";
import { datasetFailure, problemLines } from "./dataset-failure.ts";
import { createMemoryStore, createSpooledStore, type ExampleStore } from "./examples/example-store.ts";
import { createExampleTable } from "./examples/example-table.ts";
import { openSpoolFile } from "./examples/spool-file.ts";
import { type DatasetFile, emptyHint, formatOf, locateFiles } from "./locate-file.ts";
import { createColumnCensus } from "./rows/columns.ts";
import { createProblemList } from "./rows/row-fault.ts";
import { describeColumns, type RowReader, readWrittenRows } from "./rows/row-reader.ts";
import { createRowSink, type RowSorting } from "./rows/row-sink.ts";

const defaultSpoolBytes = 16 * 1024 * 1024;

export interface ReadDatasetOptions {
  /** Folder that file names in messages and origins are relative to. Without it they are absolute. */
  readonly relativeTo?: string;
  /** How to fix bad rows, for messages. Defaults to what a config can do. */
  readonly rowsHint?: string;
  /** How files are read. Default: as written, which is right for files of this program. */
  readonly openRows?: RowReader;
  /** Aborts the reading; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** If the files together are larger, their rows are kept on disk. Defaults to 16 MB. */
  readonly spoolAboveBytes?: number;
  /** Folder for these rows. Defaults to the system's temporary folder. */
  readonly temporaryFolder?: string;
}

/**
 * Reads the rows of a dataset, checks them and merges rows with equal inputs into one example (spec:
 * "Datasets"). Rejects with one DatasetError for all problems, and with StoreError if the rows of a large
 * file cannot be kept on disk.
 *
 *     const { examples } = await readDataset({ name: "reviews", onBadRow: "fail",
 *       source: { kind: "file", path: "/data/reviews.csv" }, inputs: { text: "review" }, expected: "label" });
 */
export async function readDataset(spec: DatasetSpec, options: ReadDatasetOptions = {}): Promise<Dataset> {
  if (spec.source.kind === "inline") return readInline(spec, spec.source);
  const { files, errors } = await locateFiles(spec.source, options);
  const failure = datasetFailure({ name: spec.name, files: errors, missing: [], problems: [] });
  if (failure !== undefined) throw failure;
  const store = openStore(files, options);
  try {
    return await readFiles(spec, files, store, options);
  } catch (error) {
    store.close();
    throw error;
  }
}

function openStore(files: readonly DatasetFile[], options: ReadDatasetOptions): ExampleStore {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes <= (options.spoolAboveBytes ?? defaultSpoolBytes)) return createMemoryStore();
  return createSpooledStore(openSpoolFile(options.temporaryFolder ?? tmpdir()));
}

async function readFiles(
  spec: DatasetSpec,
  files: readonly DatasetFile[],
  store: ExampleStore,
  { rowsHint, openRows = readWrittenRows }: ReadDatasetOptions,
): Promise<Dataset> {
  const sorting = createSorting(spec, store);
  const errors: DatasetError[] = [];
  const notes: string[] = [];
  let rowsRead = 0;
  for (const file of files) {
    const sink = createRowSink(sorting, file);
    const before = store.size;
    try {
      const reading = await openRows(file, spec);
      notes.push(...notesOf(file, reading));
      for await (const { value, fault, line } of reading.rows) {
        if (fault === undefined) sink.row(value, line);
        else sink.badRow(fault, line);
      }
      if (sink.rowsRead === 0) errors.push(noRows(file));
      else if (isUseless(file, store.size - before, sorting)) errors.push(noneLeft(file));
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      errors.push(error);
    }
    rowsRead += sink.rowsRead;
  }
  return finish(sorting, store, { errors, rowsRead, rowsHint, notes });
}

/** Columns are reported if one of them was taken for an answer, or looks like one. */
function notesOf(
  { name }: DatasetFile,
  { notes, columns }: Awaited<ReturnType<RowReader>>,
): readonly string[] {
  const isDoubtful =
    columns !== undefined &&
    (columns.suspects.length > 0 || isUnusual(columns.expected) || isUnusual(columns.output));
  const about = isDoubtful
    ? describeColumns(name, columns, { inputs: "`inputs`", expected: "`expected`" })
    : undefined;
  return [...notes.map((note) => `${name}: ${note}`), ...(about === undefined ? [] : [about])];
}

function isUnusual(column: string | null): boolean {
  return column !== null && column !== "expected_response" && column !== "outputs";
}

async function readInline(
  spec: DatasetSpec,
  { rows, file }: Extract<DatasetSpec["source"], { kind: "inline" }>,
): Promise<Dataset> {
  const store = createMemoryStore();
  const sorting = createSorting(spec, store);
  const sink = createRowSink(sorting, { name: file, part: undefined });
  for (const row of rows) sink.row(row, undefined);
  const errors = rows.length > 0 ? [] : [new DatasetError(`${spec.name} has no rows`)];
  return finish(sorting, store, { errors, rowsRead: sink.rowsRead, rowsHint: undefined, notes: [] });
}

function createSorting(spec: DatasetSpec, store: ExampleStore): RowSorting {
  return {
    spec,
    census: createColumnCensus(spec),
    problems: createProblemList(),
    table: createExampleTable(store),
    traces: new Set(),
  };
}

interface Reading {
  readonly errors: readonly DatasetError[];
  readonly rowsRead: number;
  readonly rowsHint: string | undefined;
  readonly notes: readonly string[];
}

function finish(
  { spec, census, problems, table, traces }: RowSorting,
  store: ExampleStore,
  { errors, rowsRead, rowsHint, notes }: Reading,
): Dataset {
  const { name, onBadRow } = spec;
  const missing = census.missing();
  const found = problems.problems(new Set(missing.map(({ column }) => column)));
  const fatal = onBadRow === "fail" ? found : [];
  const failure = datasetFailure({
    name,
    files: errors,
    missing,
    problems: fatal,
    ...(rowsHint === undefined ? {} : { rowsHint }),
  });
  if (failure !== undefined) throw failure;
  if (store.size === 0) {
    throw new DatasetError(
      [`${name}: none of ${rowsRead} rows can be used`, ...problemLines(found)].join("\n"),
      found,
    );
  }
  const { examples, digest } = table.finish();
  return Object.freeze({
    name,
    examples,
    digest,
    rowsRead,
    skipped: Object.freeze(found),
    ...(notes.length === 0 ? {} : { notes: Object.freeze(notes) }),
    ...(traces.size === 0 ? {} : { traces: Object.freeze([...traces]) }),
    close: async () => store.close(),
  });
}

function noRows(file: DatasetFile): DatasetError {
  return new DatasetError(`${file.name} has no rows`, [], { hint: emptyHint(formatOf(file.path)) });
}

/**
 * Only under `on_bad_row: skip`: otherwise the rows themselves are reported. Missing columns are always
 * reported.
 */
function isUseless(file: DatasetFile, examples: number, { spec, census }: RowSorting): boolean {
  if (examples > 0 || file.part === undefined) return false;
  return spec.onBadRow === "skip" && census.missing().length === 0;
}

function noneLeft(file: DatasetFile): DatasetError {
  return new DatasetError(`${file.name} has no usable rows for ${file.part}`);
}
