import { pipeline } from "node:stream/promises";
import { type CsvError, parse } from "csv-parse";
import { createLineMap, createUtf8Check, readChunks } from "./read-chunks.ts";
import { brokenFile, maxRowBytes, type ReadRows, type RowFile, type RowSink } from "./row-format.ts";

/** Reads comma-separated values (RFC 4180). The first row names the columns; every value is a string. */
export const readCsv: ReadRows = (file, sink) => readDelimited(file, sink, ",");

/** Reads tab-separated values, quoted like CSV. */
export const readTsv: ReadRows = (file, sink) => readDelimited(file, sink, "\t");

async function readDelimited(file: RowFile, sink: RowSink, delimiter: string): Promise<void> {
  const lines = createLineMap();
  const utf8 = createUtf8Check();
  const badLines = new Set<number>();
  const note = (bad: readonly number[]): void => {
    for (const line of bad) badLines.add(line);
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of readChunks(file)) {
      lines.feed(chunk);
      note(utf8.feed(chunk));
      yield chunk;
    }
    note(utf8.end());
  }

  let header: readonly string[] | undefined;
  let faultyLine = 0;
  /** The row's first and last line. `endOffset` is the offset after its line break. */
  const span = (fields: readonly string[], endOffset: number) => {
    const last = lines.placeAt(endOffset - 1).line;
    const breaks = fields.reduce((sum, field) => sum + (field.includes("\n") ? countBreaks(field) : 0), 0);
    return { first: last - breaks, last };
  };
  const onRecord = (fields: string[], endOffset: number): void => {
    const { first, last } = span(fields, endOffset);
    if (fields.length === 1 && fields[0] === "") return;
    const isDecodable = badLines.size === 0 || !hasLine(badLines, first, last);
    if (header === undefined) {
      if (!isDecodable) throw brokenFile(file, first, "not UTF-8 text", "save the file as UTF-8");
      header = fields.map((name) => name.trim());
    } else if (!isDecodable) sink.badRow("not UTF-8 text", first);
    else if (fields.length !== header.length) {
      sink.badRow(`${count(fields.length, "field")} where the header has ${header.length}`, first);
    } else sink.row(rowOf(header, fields), first);
  };
  const onFault = (error: CsvError & { bytes?: number }): void => {
    const { line } = lines.placeAt(error.bytes ?? 0);
    const message = faultMessages[error.code] ?? error.message;
    if (header === undefined || fatalCodes.has(error.code)) throw brokenFile(file, line, message);
    // One row may have several faults, because the parser continues at its next quote.
    if (line !== faultyLine) sink.badRow(message, line);
    faultyLine = line;
  };

  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    max_record_size: maxRowBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) onFault(error);
      return undefined;
    },
    on_record: (fields: string[], { bytes }): null => {
      onRecord(fields, bytes);
      return null;
    },
  });
  parser.resume();
  await pipeline(chunks, parser);
}

const fatalCodes: ReadonlySet<string> = new Set(["CSV_QUOTE_NOT_CLOSED", "CSV_MAX_RECORD_SIZE"]);

const quoting = "double the quotes inside a value, and enclose it in quotes";
const faultMessages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: `a value opens with a quote that is never closed; ${quoting}`,
  CSV_MAX_RECORD_SIZE: `longer than ${maxRowBytes / 2 ** 20} MB; a quote may be unclosed`,
  CSV_INVALID_CLOSING_QUOTE: `text after a closing quote; ${quoting}`,
  INVALID_OPENING_QUOTE: `a quote in a value that does not start with one; ${quoting}`,
};

/** Columns without a name, such as the index column of a data frame, are omitted. */
function rowOf(header: readonly string[], fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    header.flatMap((name, at): [string, string][] => (name === "" ? [] : [[name, fields[at] ?? ""]])),
  );
}

function hasLine(lines: ReadonlySet<number>, first: number, last: number): boolean {
  for (let line = first; line <= last; line++) if (lines.has(line)) return true;
  return false;
}

function countBreaks(field: string): number {
  return field.split("\n").length - 1;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
