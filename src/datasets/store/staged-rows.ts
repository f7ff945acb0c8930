import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { DatasetError } from "../../core/errors.ts";
import type { SpoolFile, TextSpan } from "../examples/spool-file.ts";
import { maxRowBytes } from "../formats/row-format.ts";
import { unwritableFault } from "../rows/row-fault.ts";
import { createKeyTable, createNumberList, inputsKey, type KeyTable } from "./key-table.ts";
import { parseDatasetRecord } from "./parse-record.ts";
import { recordJson } from "./record-json.ts";

/** Rows to be merged into a dataset, kept on disk by their inputs; equal ones in order of arrival. */
export interface StagedRows {
  /** Throws DatasetError if a file cannot hold the record. */
  add(record: DatasetRecord): void;
  /** Staged keys have numbers below `distinct`; keys added later have numbers from there on. */
  readonly keys: KeyTable;
  readonly distinct: number;
  /** Texts of the rows with this key, oldest first; empty for a key that was added later. */
  textsOf(index: number): readonly string[];
  /** All rows in order of arrival. */
  records(): Iterable<DatasetRecord>;
}

const none = 0xffffffff;

export function createStagedRows(spool: SpoolFile): StagedRows {
  const keys = createKeyTable();
  // Per row, in order of arrival: its offset in the spool, and the next row with the same key.
  const offsets = createNumberList("float64");
  const next = createNumberList("uint32");
  // Per key: its first and last row.
  const first = createNumberList("uint32");
  const last = createNumberList("uint32");
  let end = 0;

  const spanOf = (row: number): TextSpan => {
    const offset = offsets.get(row);
    const stop = row + 1 < offsets.length ? offsets.get(row + 1) : end;
    return { offset, bytes: stop - offset };
  };
  return {
    add(record) {
      const row = offsets.length;
      const [key, text] = written(record, row);
      const index = keys.put(key);
      const { offset, bytes } = spool.append(text);
      end = offset + bytes;
      offsets.push(offset);
      next.push(none);
      if (index < first.length) next.set(last.get(index), row);
      else first.push(row);
      if (index < last.length) last.set(index, row);
      else last.push(row);
    },
    keys,
    get distinct() {
      return first.length;
    },
    textsOf(index) {
      const texts: string[] = [];
      if (index >= first.length) return texts;
      for (let row = first.get(index); row !== none; row = next.get(row)) texts.push(spool.read(spanOf(row)));
      return texts;
    },
    *records() {
      for (let row = 0; row < offsets.length; row++) yield recordOfText(spool.read(spanOf(row)));
    },
  };
}

/** Parses a line that this program wrote. */
export function recordOfText(text: string): DatasetRecord {
  return parseDatasetRecord(JSON.parse(text), {}, []);
}

function written(record: DatasetRecord, row: number): readonly [key: Buffer, text: string] {
  try {
    const key = inputsKey(record.inputs);
    const text = JSON.stringify(recordJson(record));
    // JSON.stringify turns numbers that JSON cannot represent into null; canonicalJson throws on them.
    if (text.includes("null")) canonicalJson(record);
    if (Buffer.byteLength(text) <= maxRowBytes) return [key, text];
  } catch (error) {
    const fault = unwritableFault(error);
    if (fault === undefined) throw error;
    throw new DatasetError(`record ${row + 1} cannot be stored: ${fault.message}`, [], { cause: error });
  }
  throw new DatasetError(`record ${row + 1} cannot be stored: it is longer than ${maxRowBytes / 2 ** 20} MB`);
}
