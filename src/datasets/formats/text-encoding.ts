/** Encodings of text files. Everything after `readChunks` is UTF-8. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

export const encodingNames: Readonly<Record<TextEncoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Windows-1252",
};

/** Characters of the bytes 0x80 to 0x9f; undefined ones are U+FFFD. */
const upperControls = "€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ";

/** Bytes that Windows-1252 does not define. */
const undefinedBytes: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** UTF-16 by its byte order mark, or by the zero bytes of text in Latin letters; else UTF-8. */
export function encodingOfHead(head: Buffer): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const pairs = Math.floor(Math.min(head.length, 2000) / 2);
  if (pairs < 4) return "utf-8";
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs; at++) {
    if (head[2 * at] === 0) even++;
    if (head[2 * at + 1] === 0) odd++;
  }
  if (odd > pairs * 0.6 && even < pairs * 0.1) return "utf-16le";
  return even > pairs * 0.6 && odd < pairs * 0.1 ? "utf-16be" : "utf-8";
}

/** A decoder of one file, chunk by chunk, to UTF-8. */
export function createUtf8Converter(encoding: Exclude<TextEncoding, "utf-8">): (chunk?: Buffer) => Buffer {
  if (encoding === "windows-1252")
    return (chunk) => (chunk === undefined ? Buffer.alloc(0) : Buffer.from(textOfWindows1252(chunk)));
  const decoder = new TextDecoder(encoding);
  return (chunk) => Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
}

/** Some versions of Node decode these bytes as Latin-1. */
function textOfWindows1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (sign) => upperControls[sign.charCodeAt(0) - 0x80] ?? sign);
}

/** Distinguishes text in Windows-1252 from damaged UTF-8. */
export interface Windows1252Check {
  feed(chunk: Buffer): void;
  /** True if there are bytes beyond ASCII, none of them forms a character of UTF-8, and all are defined. */
  isWindows1252(): boolean;
}

export function createWindows1252Check(): Windows1252Check {
  let previous = 0;
  let isUtf8Like = false;
  let hasUndefined = false;
  let hasUpper = false;
  return {
    feed(chunk) {
      if (isUtf8Like || hasUndefined) return;
      for (const byte of chunk) {
        // Control characters other than white space: no text.
        if (byte < 0x09 || (byte > 0x0d && byte < 0x20)) hasUndefined = true;
        else if (byte >= 0x80) {
          hasUpper = true;
          if (byte < 0xc0 && previous >= 0xc2 && previous <= 0xf4) isUtf8Like = true;
          else if (undefinedBytes.has(byte)) hasUndefined = true;
        }
        previous = byte;
      }
    },
    isWindows1252: () => hasUpper && !isUtf8Like && !hasUndefined,
  };
}
