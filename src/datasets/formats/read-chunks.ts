import { createReadStream } from "node:fs";
import { DatasetError } from "../../core/errors.ts";
import { brokenFile, type RowFile } from "./row-format.ts";

const chunkBytes = 64 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The bytes of a file in order, without a byte order mark. */
export async function* readChunks(file: RowFile): AsyncGenerator<Buffer> {
  const stream = createReadStream(file.path, { highWaterMark: chunkBytes });
  let isFirst = true;
  try {
    for await (const piece of stream) {
      const chunk: Buffer = piece;
      await file.ready?.();
      file.signal?.throwIfAborted();
      yield isFirst ? withoutMark(chunk, file) : chunk;
      isFirst = false;
    }
  } catch (cause) {
    if (file.signal?.aborted === true || cause instanceof DatasetError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(`${file.name} cannot be read: ${reason}`, [], { cause });
  }
}

function withoutMark(chunk: Buffer, file: RowFile): Buffer {
  const isUtf16 = (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff);
  if (isUtf16) throw brokenFile(file, undefined, "the file is UTF-16", "save it as UTF-8");
  return chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
}
