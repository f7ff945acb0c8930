import { type FileHandle, open } from "node:fs/promises";

const newline = 0x0a;

export interface Appended {
  /** How many of the lines are in the file, whole, from the first on. */
  readonly kept: number;
  /** What the file system said of the rest. */
  readonly failure?: unknown;
  /** Bytes of the file afterwards. */
  readonly size: number;
}

/**
 * Adds lines to a file, one write for all of them; its caller holds the lock. A line that a killed writer left
 * unfinished is ended first. On a disk that fills up the lines that fit stay, and no half of one.
 */
export async function appendLines(file: string, lines: readonly string[]): Promise<Appended> {
  const handle = await open(file, "a+");
  try {
    const { size } = await handle.stat();
    const lead = size === 0 || (await lastByte(handle, size)) === newline ? "" : "\n";
    const bytes = Buffer.from(`${lead}${lines.join("\n")}\n`);
    let done = 0;
    try {
      while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten;
    } catch (failure) {
      const whole = done === 0 ? 0 : bytes.lastIndexOf(newline, done - 1) + 1;
      await handle.truncate(size + whole).catch(() => undefined);
      return { kept: Math.max(0, countNewlines(bytes, whole) - lead.length), failure, size: size + whole };
    }
    return { kept: lines.length, size: size + done };
  } finally {
    await handle.close();
  }
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  return last[0];
}

function countNewlines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1 && at < end; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
