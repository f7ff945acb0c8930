import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { DatasetError } from "../../core/errors.ts";
import type { RowFile } from "./row-format.ts";
import { createUtf8Converter } from "./text-encoding.ts";

const chunkBytes = 64 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads the bytes of a file in order: decompressed, converted to UTF-8 if its syntax names another encoding, and
 * without a byte order mark. Throws DatasetError if the file cannot be read.
 */
export async function* readChunks(file: RowFile): AsyncGenerator<Buffer> {
  const stream = createReadStream(file.path, { highWaterMark: chunkBytes });
  const unpacked = file.syntax?.isGzip === true ? stream.pipe(createGunzip()) : stream;
  stream.on("error", (error) => unpacked.destroy(error));
  const { encoding = "utf-8" } = file.syntax ?? {};
  const convert = encoding === "utf-8" ? undefined : createUtf8Converter(encoding);
  let isFirst = true;
  try {
    for await (const piece of unpacked) {
      const chunk: Buffer = piece;
      file.signal?.throwIfAborted();
      const text = convert?.(chunk) ?? chunk;
      yield isFirst ? withoutMark(text) : text;
      isFirst = false;
    }
    const rest = convert?.();
    if (rest !== undefined && rest.length > 0) yield rest;
  } catch (cause) {
    if (file.signal?.aborted === true || cause instanceof DatasetError) throw cause;
    const message = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new DatasetError(`${file.name} ${message}`, [{ file: file.name, message }], { cause });
  } finally {
    stream.destroy();
  }
}

function withoutMark(chunk: Buffer): Buffer {
  return chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
}

const newline = 10;

/** Finds the lines of a file that are not UTF-8. Decoding would silently replace their bytes with U+FFFD. */
interface Utf8Check {
  /**
   * Lines of this chunk, from 1, that are not UTF-8. A character split at the end of the chunk is checked
   * with the next one.
   */
  feed(chunk: Buffer): readonly number[];
  /** The last line if the file ends inside a character. */
  end(): readonly number[];
}

export function createUtf8Check(): Utf8Check {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  const check = (bytes: Buffer): number[] => {
    const isFine = isUtf8(bytes);
    const bad: number[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      if (!isFine && !isUtf8(bytes.subarray(start, end))) bad.push(line);
      line++;
      start = end + 1;
    }
    if (!isFine && !isUtf8(bytes.subarray(start))) bad.push(line);
    return bad;
  };
  return {
    feed(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = bytes.length - cutCharacterBytes(bytes);
      rest = bytes.subarray(whole);
      return check(bytes.subarray(0, whole));
    },
    end: () => check(rest),
  };
}

/** Number of bytes at the end that begin a character without completing it. */
function cutCharacterBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Maps byte offsets to lines and columns in a file that is read chunk by chunk. */
interface LineMap {
  feed(chunk: Buffer): void;
  /** Line and column, both from 1, of an offset that was fed. Offsets must not decrease. */
  placeAt(offset: number): { readonly line: number; readonly column: number };
}

export function createLineMap(): LineMap {
  let newlines: number[] = [];
  let next = 0;
  let fedBytes = 0;
  let line = 1;
  let lineStart = 0;
  return {
    feed(chunk) {
      if (next > 0) newlines = newlines.slice(next);
      next = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
        newlines.push(fedBytes + at);
      }
      fedBytes += chunk.length;
    },
    placeAt(offset) {
      for (let at = newlines[next]; at !== undefined && at < offset; at = newlines[next]) {
        line++;
        lineStart = at + 1;
        next++;
      }
      return { line, column: offset - lineStart + 1 };
    },
  };
}
