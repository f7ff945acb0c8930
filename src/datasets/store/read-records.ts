import type { DatasetSpec } from "../../contracts/dataset-reader.ts";
import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { datasetFailure } from "../dataset-failure.ts";
import type { RowFile } from "../formats/row-format.ts";
import { streamRows } from "../formats/stream-rows.ts";
import { locateFile } from "../locate-file.ts";
import { createColumnCensus } from "../rows/columns.ts";
import { rowContent } from "../rows/row-content.ts";
import { createProblemList, type RowFault, unwritableFault } from "../rows/row-fault.ts";
import { inputsKey } from "./key-table.ts";
import { parseDatasetRecord, type RowMapping } from "./parse-record.ts";

/** Bad rows after which nothing more is read: the file is not what it is taken for. */
const mostProblems = 10_000;

/** What a row says, and the key of its inputs. */
export interface KeyedRecord {
  readonly record: DatasetRecord;
  readonly key: Buffer;
}

/** A row of a file with what it says. */
export interface RecordRow extends KeyedRecord {
  /** As written. */
  readonly row: JsonObject;
  readonly line: number | undefined;
}

interface ReadRecordsOptions extends RowMapping {
  /** Are rows that a run could not use bad ones? */
  readonly isChecked?: boolean;
}

/** The records of one file; see `readRecordRows`. */
export async function* readDatasetRecords(path: string): AsyncGenerator<DatasetRecord> {
  for await (const { record } of readRecordRows(await locateFile(path, {}))) yield record;
}

/**
 * The rows of a file of any format as records, streamed. Those that cannot be used are told at the end, all in
 * one DatasetError: what was made of the others must not be kept before.
 */
export async function* readRecordRows(
  file: RowFile,
  options: ReadRecordsOptions = {},
): AsyncGenerator<RecordRow> {
  const problems = createProblemList();
  const census = createColumnCensus(specOf(options));
  let bad = 0;
  for await (const { value, fault, line } of streamRows(file)) {
    const faults: RowFault[] = [];
    const row = fault === undefined ? rowObject(value, faults) : refused(faults, fault);
    if (row !== undefined) census.see(row);
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
  const rowsHint = "correct these rows, or take them out; `dao-opt dataset validate` lists them all";
  const failure = datasetFailure({ name: file.name, files: [], missing, problems: found, rowsHint });
  if (failure !== undefined) throw failure;
}

/** The record of a row; undefined, with the reasons in `faults`, when it cannot be used. */
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
  const kind = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return refused(faults, `the row is ${kind}, not an object`);
}

function refused(faults: RowFault[], message: string): undefined {
  faults.push({ message });
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
