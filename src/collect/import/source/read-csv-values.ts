import { Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { maxRowBytes } from "../../../datasets/formats/row-format.ts";
import { readBytes } from "./read-bytes.ts";
import type { ReadValue } from "./read-value.ts";
import type { SourceFile } from "./source-file.ts";

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Rows as objects of texts, by the names of the first row; columns without a name are left out. */
export async function* readCsvValues(file: SourceFile): AsyncGenerator<ReadValue> {
  const skipped: ReadValue[] = [];
  const bytes = Readable.from(readBytes(file));
  const parser = bytes.pipe(
    parse({
      delimiter: file.layout === "tsv" ? "\t" : ",",
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRowBytes,
      skip_records_with_error: true,
      info: true,
      on_skip: (error) => {
        if (error !== undefined) skipped.push({ problem: messageOf(error), line: Number(error.lines ?? 1) });
        return undefined;
      },
    }),
  );
  bytes.on("error", (error) => parser.destroy(error));
  let header: readonly string[] | undefined;
  try {
    for await (const row of parser) {
      const { record, info }: CsvRow = row;
      yield* skipped.splice(0);
      if (header === undefined) header = record.map((name) => name.trim());
      else yield rowOf(header, record, info.lines);
    }
    yield* skipped.splice(0);
  } catch (error) {
    yield* skipped.splice(0);
    const { lines, code, message } = error as CsvError & { readonly lines?: number };
    if (!/^(CSV_|INVALID_)/.test(code ?? "")) throw error;
    yield { problem: `not CSV: ${message}`, ...(lines === undefined ? {} : { line: lines }) };
  } finally {
    // Who stops reading early leaves the file open otherwise.
    bytes.destroy();
  }
}

/** The parser names the line a row ends on. */
function rowOf(header: readonly string[], record: readonly string[], lastLine: number): ReadValue {
  const breaks = record.reduce((sum, field) => sum + field.split("\n").length - 1, 0);
  const line = lastLine - breaks;
  if (record.length !== header.length) {
    const fields = `${record.length} field${record.length === 1 ? "" : "s"}`;
    return { problem: `${fields} where the header has ${header.length}`, line };
  }
  const named = header.flatMap((name, at): [string, string][] =>
    name === "" ? [] : [[name, record[at] ?? ""]],
  );
  return { value: Object.fromEntries(named), line };
}

function messageOf({ code, message }: CsvError): string {
  return code === "CSV_QUOTE_NOT_CLOSED"
    ? "a value opens with a quote that is never closed"
    : message.replace(/ at line \d+.*$/s, "");
}
