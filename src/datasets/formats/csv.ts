import { type CsvError, parse } from "csv-parse";
import { createLineMap, createUtf8Check, readChunks } from "./read-chunks.ts";
import type { ReadFileValue } from "./read-value.ts";
import { maxRowBytes, type OpenedFile } from "./row-format.ts";

/** As many as a sheet of Excel has. */
const maxColumns = 16_384;

/**
 * Reads a table whose first row names the columns (RFC 4180, with any delimiter). Every value is a string. Columns
 * without a name, such as the index column of a data frame, are omitted. NUL bytes in values are faults, unless they
 * may be there because this program wrote them.
 */
export async function* readCsv(
  file: OpenedFile,
  { hasNulBytes }: { readonly hasNulBytes: boolean },
): AsyncGenerator<ReadFileValue> {
  const { delimiter = ",", hasSeparatorLine = false } = file.syntax.dialect ?? {};
  const lines = createLineMap();
  const utf8 = createUtf8Check();
  const badLines = new Set<number>();
  const note = (bad: readonly number[]): void => {
    for (const line of bad) badLines.add(line);
  };
  let read: ReadFileValue[] = [];
  let isBroken = false;
  const broken = (problem: string, line: number, hint?: string): void => {
    if (!isBroken) read.push({ problem, line, isFatal: true, ...(hint === undefined ? {} : { hint }) });
    isBroken = true;
  };

  let header: readonly string[] | undefined;
  let isSeparatorPending = hasSeparatorLine;
  let faultyLine = 0;
  /** The row's first and last line. `endOffset` is the offset after its line break. */
  const span = (fields: readonly string[], endOffset: number) => {
    const last = lines.placeAt(endOffset - 1).line;
    const breaks = fields.reduce((sum, field) => sum + (field.includes("\n") ? countBreaks(field) : 0), 0);
    return { first: last - breaks, last };
  };
  const onHeader = (fields: readonly string[], first: number, isDecodable: boolean): void => {
    header = fields.map((name) => name.trim());
    if (!isDecodable) broken("not UTF-8 text", first, "save the file as UTF-8");
    else if (header.length > maxColumns)
      broken(`${header.length} columns, more than the ${maxColumns} that a sheet can have`, first);
    else if (!hasNulBytes && header.some((name) => name.includes("\0")))
      broken("a NUL byte in the header; this is no text file", first);
    if (isBroken) return;
    const repeated = [
      ...new Set(header.filter((name, at, names) => name !== "" && names.indexOf(name) !== at)),
    ];
    if (repeated.length > 0)
      read.push({ note: `several columns are named ${repeated.join(", ")}; the last one of each is read` });
  };
  const onRecord = (fields: string[], endOffset: number): void => {
    if (isBroken) return;
    const { first, last } = span(fields, endOffset);
    if (fields.length === 1 && fields[0] === "") return;
    if (isSeparatorPending) {
      isSeparatorPending = false;
      return;
    }
    const isDecodable = badLines.size === 0 || !hasLine(badLines, first, last);
    if (header === undefined) onHeader(fields, first, isDecodable);
    else if (!isDecodable) read.push({ problem: "not UTF-8 text", line: first });
    else if (fields.length !== header.length)
      read.push({
        problem: `${count(fields.length, "field")} where the header has ${header.length}`,
        line: first,
      });
    else if (!hasNulBytes && fields.some((field) => field.includes("\0")))
      read.push({ problem: "a NUL byte in a value", line: first });
    else read.push({ value: rowOf(header, fields), line: first });
  };
  const onFault = (error: CsvError & { bytes?: number }): void => {
    const { line } = lines.placeAt(error.bytes ?? 0);
    const problem = faultMessages[error.code] ?? error.message;
    // One row may have several faults, because the parser continues at its next quote.
    if (header === undefined || fatalCodes.has(error.code)) broken(problem, line);
    else if (line !== faultyLine) read.push({ problem, line });
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
  const step = (chunk?: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (error?: Error | null): void => (error ? reject(error) : resolve());
      parser.once("error", reject);
      if (chunk === undefined) parser.end(done);
      else parser.write(chunk, done);
      parser.off("error", reject);
    });
  for await (const chunk of readChunks(file)) {
    lines.feed(chunk);
    note(utf8.feed(chunk));
    await step(chunk);
    yield* read;
    read = [];
    if (isBroken) return;
  }
  note(utf8.end());
  await step();
  yield* read;
}

const fatalCodes: ReadonlySet<string> = new Set(["CSV_QUOTE_NOT_CLOSED", "CSV_MAX_RECORD_SIZE"]);

const quoting = "double the quotes inside a value, and enclose it in quotes";
const faultMessages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: `a value opens with a quote that is never closed; ${quoting}`,
  CSV_MAX_RECORD_SIZE: `longer than ${maxRowBytes / 2 ** 20} MB; a quote may be unclosed`,
  CSV_INVALID_CLOSING_QUOTE: `text after a closing quote; ${quoting}`,
  INVALID_OPENING_QUOTE: `a quote in a value that does not start with one; ${quoting}`,
};

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
