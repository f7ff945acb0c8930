import type { DatasetRecord, DatasetSpec } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { datasetFailure } from "../dataset-failure.ts";
import { linesSyntax } from "../formats/file-syntax.ts";
import type { RowFile } from "../formats/row-format.ts";
import { locateFile } from "../locate-file.ts";
import { createColumnCensus } from "../rows/columns.ts";
import { rowContent } from "../rows/row-content.ts";
import { createProblemList, notAnObject, type RowFault, unwritableFault } from "../rows/row-fault.ts";
import { type RowReader, readWrittenRows } from "../rows/row-reader.ts";
import { inputsKey } from "./key-table.ts";
import { parseDatasetRecord, type RowMapping } from "./parse-record.ts";

/** Reading stops after this many bad rows: the file is probably something else. */
const mostProblems = 10_000;

/** A record and the key of its inputs. */
export interface KeyedRecord {
  readonly record: DatasetRecord;
  readonly key: Buffer;
}

/** A row of a file and its record. */
export interface RecordRow extends KeyedRecord {
  /** As written in the file. */
  readonly row: JsonObject;
  readonly line: number | undefined;
}

interface ReadRecordsOptions extends RowMapping {
  /** Also reject rows that a run could not use. */
  readonly isChecked?: boolean;
  /** How the file is read. Default: as written, which is right for files of this program. */
  readonly openRows?: RowReader;
  /** Called before the first row with how the file was read. */
  readonly onOpened?: (reading: Awaited<ReturnType<RowReader>>) => void;
}

/** The records of one file; see `readRecordRows`. */
export async function* readDatasetRecords(path: string): AsyncGenerator<DatasetRecord> {
  for await (const { record } of readRecordRows({ ...(await locateFile(path, {})), syntax: linesSyntax }))
    yield record;
}

/**
 * Streams the rows of a file of any format as records. Throws one DatasetError for all bad rows at the end,
 * so callers must not commit results before that.
 */
export async function* readRecordRows(
  file: RowFile,
  options: ReadRecordsOptions = {},
): AsyncGenerator<RecordRow> {
  const problems = createProblemList();
  const census = createColumnCensus(specOf(options));
  let bad = 0;
  const reading = await (options.openRows ?? readWrittenRows)(file, options);
  options.onOpened?.(reading);
  for await (const { value, fault, line } of reading.rows) {
    const faults: RowFault[] = [];
    if (fault !== undefined) faults.push({ message: fault });
    const row = fault === undefined ? rowObject(value, faults) : undefined;
    if (row !== undefined) census.add(row);
    const keyed = row === undefined ? undefined : recordOf(row, options, faults);
    if (keyed !== undefined && row !== undefined) {
      yield { ...keyed, row, line };
      continue;
    }
    problems.add(file.name, line, faults);
    if (++bad >= mostProblems) break;
  }
  const missing = census.missing();
  const found = problems.problems(new Set(missing.map(({ column }) => column)));
  const rowsHint = "fix or remove these rows; `dao-opt dataset validate` lists them all";
  const failure = datasetFailure({ name: file.name, files: [], missing, problems: found, rowsHint });
  if (failure !== undefined) throw failure;
}

/** The record of a row; undefined, with the reasons in `faults`, if it cannot be used. */
export function recordOf(
  row: JsonObject,
  options: ReadRecordsOptions,
  faults: RowFault[],
): KeyedRecord | undefined {
  try {
    if (options.isChecked === true) rowContent(row, specOf(options), faults);
    if (faults.length > 0) return undefined;
    const record = parseDatasetRecord(row, options, faults);
    return faults.length === 0 ? { record, key: inputsKey(record.inputs) } : undefined;
  } catch (error) {
    const fault = unwritableFault(error);
    if (fault === undefined) throw error;
    faults.push(fault);
    return undefined;
  }
}

/** The row as an object; undefined, with the reason in `faults`, for anything else. */
export function rowObject(value: unknown, faults: RowFault[]): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  faults.push(notAnObject(value));
  return undefined;
}

function specOf({ inputs, expected }: RowMapping): DatasetSpec {
  return {
    name: "",
    source: { kind: "inline", rows: [], file: "" },
    onBadRow: "fail",
    ...defined({ inputs, expected }),
  };
}
