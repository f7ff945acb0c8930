import type { FileHandle } from "node:fs/promises";
import { parsedJson } from "../../core/data/json.ts";

const newline = 0x0a;
const chunkBytes = 1024 * 1024;

/** The line is `bytes` from `start` to `end`, without its newline. Valid only during the call. */
export type VisitLine = (bytes: Buffer, start: number, end: number, offset: number) => void;

/**
 * Visits the complete, non-blank lines of a file from an offset, in bounded memory. Resolves to the offset of
 * the next line. An unterminated last line is visited only if it is valid JSON, which a partial object never
 * is.
 */
export async function visitLines(handle: FileHandle, visit: VisitLine, from = 0): Promise<number> {
  let buffer = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  /** Offset of the buffer's first byte in the file. */
  let base = from;
  for (;;) {
    if (filled === buffer.length) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger, 0, 0, filled);
      buffer = larger;
    }
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, base + filled);
    if (bytesRead === 0) break;
    const searchFrom = filled;
    filled += bytesRead;
    let start = 0;
    const read = buffer.subarray(0, filled);
    for (let end = read.indexOf(newline, searchFrom); end !== -1; end = read.indexOf(newline, start)) {
      if (!isBlank(read, start, end)) visit(read, start, end, base + start);
      start = end + 1;
    }
    buffer.copyWithin(0, start, filled);
    base += start;
    filled -= start;
  }
  if (filled > 0 && parsedJson(buffer.toString("utf8", 0, filled)) !== undefined) {
    visit(buffer, 0, filled, base);
    return base + filled;
  }
  return base;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return false;
  }
  return true;
}
