import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import readWorkbook from "read-excel-file/universal";
import type { JsonValue } from "../../core/data/json.ts";
import { readInspectArchive } from "./inspect-archive.ts";
import type { ReadFileValue } from "./read-value.ts";
import { maxWholeBytes, type OpenedFile } from "./row-format.ts";

/** Unpacked sizes as the archive states them; the unpacker writes no more than that. */
const maxUnpackedBytes = 300 * 1024 * 1024;

type Cell = string | number | boolean | Date | null;

/**
 * Reads a zip archive: a log of Inspect, or the first sheet with rows of an Excel workbook: its first row names the columns. Numbers and booleans stay
 * what they are, a date becomes ISO 8601 text, an empty cell an empty text. A line is the row of the sheet.
 */
export async function* readXlsx(file: OpenedFile): AsyncGenerator<ReadFileValue> {
  const packed = await readFile(file.path, { signal: file.signal });
  try {
    const bytes = file.syntax.isGzip ? gunzipSync(packed, { maxOutputLength: maxWholeBytes }) : packed;
    const unpacked = unpackedBytes(bytes);
    if (unpacked === undefined) {
      yield readLog(bytes);
      return;
    }
    if (unpacked > maxUnpackedBytes) {
      const size = `${Math.round(unpacked / 2 ** 20)} MB when unpacked`;
      yield {
        ...broken(`${size}, more than ${maxUnpackedBytes / 2 ** 20} MB`),
        hint: "save the sheet as CSV",
      };
      return;
    }
    const sheets = await readWorkbook(new Blob([new Uint8Array(bytes)]), { trim: false });
    yield* rowsOfWorkbook(
      sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as unknown as Cell[][] })),
    );
  } catch (error) {
    file.signal?.throwIfAborted();
    yield broken(`not an Excel workbook: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readLog(bytes: Uint8Array): ReadFileValue {
  try {
    const log = readInspectArchive(bytes, maxUnpackedBytes);
    return log === undefined
      ? broken("a zip archive with neither an Excel workbook nor a log of Inspect in it")
      : { value: log, isDocument: true };
  } catch (error) {
    return broken(`no readable log of Inspect: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function broken(problem: string): ReadFileValue & { readonly problem: string } {
  return { problem, isFatal: true };
}

/** Undefined if it is another archive. */
function unpackedBytes(bytes: Uint8Array): number | undefined {
  let total = 0;
  let isWorkbook = false;
  unzipSync(bytes, {
    filter({ name, originalSize }) {
      isWorkbook ||= name.startsWith("xl/");
      if (/\.xml(\.rels)?$/.test(name)) total += originalSize;
      return false;
    },
  });
  return isWorkbook ? total : undefined;
}

interface SheetRows {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

function* rowsOfWorkbook(sheets: readonly SheetRows[]): Generator<ReadFileValue> {
  const filled = sheets.filter(({ rows }) => rows.some(isFilled));
  const [sheet, ...others] = filled;
  if (sheet === undefined) return;
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(", ");
    yield { note: `sheet ${sheet.name} is read, not ${names}; save another sheet as a file of its own` };
  }
  const top = sheet.rows.findIndex(isFilled);
  const header = (sheet.rows[top] ?? []).map((cell) => String(cellValue(cell)).trim());
  for (const [at, row] of sheet.rows.entries()) {
    if (at <= top || !isFilled(row)) continue;
    const named = header.flatMap((name, column): [string, JsonValue][] =>
      name === "" ? [] : [[name, cellValue(row[column] ?? null)]],
    );
    yield { value: Object.fromEntries(named), line: at + 1 };
  }
}

function isFilled(row: readonly Cell[]): boolean {
  return row.some((cell) => cell !== null && cell !== "");
}

/** Excel has no time zones: a date is what the cell shows. */
function cellValue(cell: Cell): JsonValue {
  if (cell === null) return "";
  if (!(cell instanceof Date)) return cell;
  return cell
    .toISOString()
    .replace(/T00:00:00\.000Z$/, "")
    .replace(/(\.000)?Z$/, "");
}
