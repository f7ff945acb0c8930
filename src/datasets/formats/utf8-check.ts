import { isUtf8 } from "node:buffer";

const newline = 10;

/** Finds the lines of a file that are no UTF-8, which decoding would silently fill with U+FFFD. */
interface Utf8Check {
  /** Lines of this chunk, from 1, that are no UTF-8. A character cut by the chunk's end waits for the next. */
  feed(chunk: Buffer): readonly number[];
  /** The last line when the file ends inside a character. */
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

/** Bytes at the end that begin a character without ending it. */
function cutCharacterBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
