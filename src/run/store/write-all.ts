import { writeSync } from "node:fs";

/** Writes a text whole. A disk that is nearly full takes a part; the error comes with the rest. */
export function writeAll(handle: number, text: string): void {
  let done = writeSync(handle, text);
  if (done === Buffer.byteLength(text)) return;
  const bytes = Buffer.from(text);
  while (done < bytes.length) done += writeSync(handle, bytes, done);
}
