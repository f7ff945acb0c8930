import { Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { createUtf8Check } from "../../datasets/formats/read-chunks.ts";
import { maxRowBytes } from "../../datasets/formats/row-format.ts";
import { notUtf8, readBytes } from "./read-bytes.ts";
import type { ReadValue, SourceFile } from "./source-file.ts";

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads rows as objects of strings, keyed by the header. Columns without a name are omitted. */
export async function* readCsvValues(file: SourceFile): AsyncGenerator<ReadValue> {
  const skipped: ReadValue[] = [];
  const utf8 = createUtf8Check();
  const badLines = new Set<number>();
  const note = (lines: readonly number[]): void => {
    for (const line of lines) badLines.add(line);
  };
  async function* checked(): AsyncGenerator<Buffer> {
    for await (const chunk of readBytes(file)) {
      note(utf8.feed(chunk));
      yield chunk;
    }
    note(utf8.end());
  }
  const bytes = Readable.from(checked());
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
      const line = firstLine(record, info.lines);
      const isDecoded = badLines.size === 0 || !hasLine(badLines, line, info.lines);
      if (header === undefined) {
        if (!isDecoded) {
          yield { problem: notUtf8, line };
          return;
        }
        header = record.map((name) => name.trim());
      } else if (isDecoded) yield rowOf(header, record, line);
      else yield { problem: notUtf8, line };
    }
    yield* skipped.splice(0);
  } catch (error) {
    yield* skipped.splice(0);
    const { lines, code, message } = error as CsvError & { readonly lines?: number };
    if (!/^(CSV_|INVALID_)/.test(code ?? "")) throw error;
    yield { problem: `not CSV: ${message}`, ...(lines === undefined ? {} : { line: lines }) };
  } finally {
    // Closes the file if the consumer stops early.
    bytes.destroy();
  }
}

/** The parser reports the last line of a row. */
function firstLine(record: readonly string[], lastLine: number): number {
  return lastLine - record.reduce((sum, field) => sum + field.split("\n").length - 1, 0);
}

function hasLine(lines: ReadonlySet<number>, first: number, last: number): boolean {
  for (let line = first; line <= last; line++) if (lines.has(line)) return true;
  return false;
}

function rowOf(header: readonly string[], record: readonly string[], line: number): ReadValue {
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
