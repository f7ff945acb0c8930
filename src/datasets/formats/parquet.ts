import { isUtf8 } from "node:buffer";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { JsonValue } from "../../core/data/json.ts";
import type { ReadFileValue } from "./read-value.ts";
import type { OpenedFile } from "./row-format.ts";

const maxUnpackedBytes = 500 * 1024 * 1024;
const rowsAtOnce = 2000;

/**
 * Reads the rows of a Parquet file. Integers beyond 2^53 become texts, times ISO 8601 texts. Columns of bytes, and the
 * index of a data frame, are left out. A line is the number of the row.
 */
export async function* readParquet(file: OpenedFile): AsyncGenerator<ReadFileValue> {
  try {
    const source = await asyncBufferFromFile(file.path);
    const metadata = await parquetMetadataAsync(source);
    const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (unpacked > maxUnpackedBytes) {
      const size = `${Math.round(unpacked / 2 ** 20)} MB when unpacked`;
      yield {
        problem: `${size}, more than ${maxUnpackedBytes / 2 ** 20} MB`,
        hint: "convert the file to .jsonl, which is read row by row",
        isFatal: true,
      };
      return;
    }
    const total = Number(metadata.num_rows);
    const leftOut = new Set<string>();
    for (let rowStart = 0; rowStart < total; rowStart += rowsAtOnce) {
      file.signal?.throwIfAborted();
      const rowEnd = Math.min(total, rowStart + rowsAtOnce);
      const window = { rowStart, rowEnd, utf8: false };
      const rows = await parquetReadObjects({ file: source, metadata, compressors, ...window });
      for (const [at, row] of rows.entries()) {
        const known = leftOut.size;
        const value = rowOf(row, leftOut);
        if (leftOut.size > known)
          yield { note: `columns with bytes are left out: ${[...leftOut].join(", ")}` };
        yield { value, line: rowStart + at + 1 };
      }
    }
  } catch (error) {
    file.signal?.throwIfAborted();
    yield {
      problem: `not Parquet: ${error instanceof Error ? error.message : String(error)}`,
      isFatal: true,
    };
  }
}

function rowOf(row: Readonly<Record<string, unknown>>, leftOut: Set<string>): JsonValue {
  const members = Object.entries(row).flatMap(([name, cell]): [string, JsonValue][] => {
    if (/^__index_level_\d+__$/.test(name)) return [];
    const value = jsonOf(cell);
    if (value === undefined) leftOut.add(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(members);
}

/** Undefined for bytes. Some writers do not mark texts as such. */
function jsonOf(cell: unknown): JsonValue | undefined {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === "string" || typeof cell === "boolean") return cell;
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  if (cell instanceof Uint8Array) return isText(cell) ? Buffer.from(cell).toString() : undefined;
  if (Array.isArray(cell)) return cell.map((item) => jsonOf(item) ?? null);
  if (typeof cell !== "object") return null;
  const members = Object.entries(cell).flatMap(([name, member]): [string, JsonValue][] => {
    const value = jsonOf(member);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(members);
}

function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13);
}
