import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { DatasetError } from "../../core/errors.ts";
import { createUtf8Check, withoutMark } from "../../datasets/formats/read-chunks.ts";

/**
 * Reads the bytes of a file in order, decompressed, without a byte order mark. Throws DatasetError if that
 * fails.
 */
export async function* readBytes(file: {
  readonly path: string;
  readonly name: string;
  readonly isGzip: boolean;
}): AsyncGenerator<Buffer> {
  const stream = createReadStream(file.path);
  const unpacked = file.isGzip ? stream.pipe(createGunzip()) : stream;
  stream.on("error", (error) => unpacked.destroy(error));
  let isFirst = true;
  try {
    for await (const piece of unpacked) {
      const chunk: Buffer = piece;
      yield isFirst ? withoutMark(chunk, file) : chunk;
      isFirst = false;
    }
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    const message = `cannot be read: ${(cause as Error).message}`;
    throw new DatasetError(`${file.name} ${message}`, [{ file: file.name, message }], { cause });
  } finally {
    stream.destroy();
  }
}

/** Message for bytes that decoding would replace with U+FFFD. */
export const notUtf8 = "not UTF-8 text; convert the file, from Latin-1 with `iconv -f latin1 -t utf8`";

/** The first line, from 1, that is not UTF-8; undefined if all are. */
export function firstBadLine(bytes: Buffer): number | undefined {
  const utf8 = createUtf8Check();
  return [...utf8.feed(bytes), ...utf8.end()][0];
}
