import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { DatasetError, type RowProblem } from "../../core/errors.ts";
import { createLineSplitter } from "../../formats/json-lines.ts";
import { readChunks } from "../formats/read-chunks.ts";
import type { RowFile } from "../formats/row-format.ts";
import type { StreamedRow } from "../formats/stream-rows.ts";
import { type RowFault, unwritableFault } from "../rows/row-fault.ts";
import { type RowReader, readWrittenRows } from "../rows/row-reader.ts";
import { createKeyTable } from "../store/key-table.ts";
import { recordOf, rowObject } from "../store/read-records.ts";
import { rowRating } from "./reference-answer.ts";

export interface RowCensus {
  readonly rows: number;
  readonly bad: number;
  /** Usable rows with the inputs of an earlier row. A run merges them. */
  readonly repeated: number;
}

/**
 * Checks every row of a file and reports each problem as it is found, so memory does not grow with their
 * number.
 */
export async function validateRows(
  file: RowFile,
  onProblem: (problem: RowProblem) => void,
  openRows: RowReader = readWrittenRows,
): Promise<RowCensus> {
  const keys = createKeyTable();
  let rows = 0;
  let bad = 0;
  const report = (message: string, line: number | undefined): void => {
    bad++;
    onProblem({ file: file.name, ...(line === undefined ? {} : { line }), message });
  };
  try {
    const { rows: streamedRows } = await openRows(file, {});
    for await (const streamed of streamedRows) checkRow(streamed);
  } catch (error) {
    // Nothing after this place can be read.
    if (!(error instanceof DatasetError)) throw error;
    const [place] = error.problems;
    report(place?.message ?? error.message, place?.line);
    rows++;
  }
  return { rows, bad, repeated: rows - bad - keys.size };

  function checkRow({ value, fault, line }: StreamedRow): void {
    rows++;
    const faults: RowFault[] = fault === undefined ? [] : [{ message: fault }];
    const row = fault === undefined ? rowObject(value, faults) : undefined;
    const keyed = row === undefined ? undefined : recordOf(row, { isChecked: true }, faults);
    if (keyed !== undefined) faults.push(...contentFaults(keyed.record));
    if (keyed !== undefined && faults.length === 0) keys.put(keyed.key);
    if (faults.length > 0) report(faults.map(({ message }) => message).join("; "), line);
  }
}

function contentFaults(record: DatasetRecord): RowFault[] {
  const faults: RowFault[] = [];
  const rating = rowRating(record);
  const isRated = record.tags?.["rating"] !== undefined && record.tags["rating"] !== null;
  if (isRated && (rating === undefined || rating < 0 || rating > 1))
    faults.push({ message: '"tags.rating" is not a number from 0 to 1' });
  try {
    canonicalJson(record);
  } catch (error) {
    const fault = unwritableFault(error);
    if (fault === undefined) throw error;
    faults.push(fault);
  }
  return faults;
}

/** Number of non-empty lines of a JSON Lines file. */
export async function countRows(path: string): Promise<number> {
  let rows = 0;
  const lines = createLineSplitter((line) => {
    if (line === undefined || line.length > 1) rows++;
  });
  for await (const chunk of readChunks({ path, name: path, sizeBytes: 0 })) lines.feed(chunk);
  lines.end();
  return rows;
}
