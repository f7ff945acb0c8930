import { parseJsonLine } from "../../formats/json-lines.ts";
import type { RowFault } from "../rows/row-fault.ts";
import { type KeyedRecord, recordOf, rowObject } from "./read-records.ts";

/** One line of a dataset's file; undefined, with the reason in `faults`, when it holds no record. */
export function parseLine(bytes: Buffer | undefined, faults: RowFault[]): KeyedRecord | undefined {
  const read = parseJsonLine(bytes) ?? { problem: "not JSON at column 1: it ends too early" };
  if ("problem" in read) {
    faults.push({ message: read.problem });
    return undefined;
  }
  const row = rowObject(read.value, faults);
  return row === undefined ? undefined : recordOf(row, {}, faults);
}
