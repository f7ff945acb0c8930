import { isUtf8 } from "node:buffer";
import { describeJsonFault } from "../formats/json-fault.ts";
import { maxRowBytes } from "../formats/row-format.ts";
import type { RowFault } from "../row-fault.ts";
import { type KeyedRecord, recordOf, rowObject } from "./read-records.ts";

/** One line of a dataset's file; undefined, with the reason in `faults`, when it holds no record. */
export function parseLine(bytes: Buffer | undefined, faults: RowFault[]): KeyedRecord | undefined {
  if (bytes === undefined) return refused(faults, `longer than ${maxRowBytes / 2 ** 20} MB`);
  if (!isUtf8(bytes)) return refused(faults, "not UTF-8 text");
  const text = bytes.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(faults, describeJsonFault(text, error));
  }
  const row = rowObject(value, faults);
  return row === undefined ? undefined : recordOf(row, {}, faults);
}

function refused(faults: RowFault[], message: string): undefined {
  faults.push({ message });
  return undefined;
}
