import { type FileHandle, open, stat } from "node:fs/promises";
import { privateFile } from "../../disk/private-mode.ts";
import { dayFile } from "./day-files.ts";

const newline = 0x0a;
/** Characters from which on lines are written in pieces. */
const largeLength = 8 * 1024 * 1024;
const pieceLength = 1024 * 1024;

interface Appended {
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
  const handle = await open(file, "a+", privateFile);
  try {
    const { size } = await handle.stat();
    const lead = size === 0 || (await lastByte(handle, size)) === newline ? "" : "\n";
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    if (length > largeLength) return await appendInPieces(handle, lines, size, lead);
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

/** Line by line and piece by piece: joined and as bytes, very long lines would be held twice more. */
async function appendInPieces(
  handle: FileHandle,
  lines: readonly string[],
  size: number,
  lead: string,
): Promise<Appended> {
  let end = size;
  let kept = 0;
  try {
    end += await writeWhole(handle, lead);
    for (const line of lines) {
      let written = 0;
      for (let at = 0; at < line.length; ) {
        const next = pieceEnd(line, at);
        written += await writeWhole(handle, line.slice(at, next));
        at = next;
      }
      end += written + (await writeWhole(handle, "\n"));
      kept++;
    }
    return { kept, size: end };
  } catch (failure) {
    await handle.truncate(end).catch(() => undefined);
    return { kept, failure, size: end };
  }
}

/** A piece ends between two characters, not within one that is written as two. */
function pieceEnd(line: string, from: number): number {
  const end = Math.min(from + pieceLength, line.length);
  const isSplit = end < line.length && (line.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isSplit ? end + 1 : end;
}

async function writeWhole(handle: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten;
  return done;
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

/** Characters written at once; a part outgrows its bound by this at most. */
const chunkLength = 4 * 1024 * 1024;

/** Appends to the files of a day: the next part is begun when the last one is full. The lock is held. */
interface DayWriter {
  append(day: string, lines: readonly string[]): Promise<Omit<Appended, "size">>;
}

export function createDayWriter(folder: string, partBytes: number): DayWriter {
  /** The part last written to, by day; other processes may have gone on to later ones. */
  const parts = new Map<string, number>();
  const openPart = async (day: string): Promise<number> => {
    let part = parts.get(day) ?? 1;
    while ((await sizeOf(dayFile(folder, day, part).path)) >= partBytes) part++;
    parts.set(day, part);
    return part;
  };
  return {
    async append(day, lines) {
      let kept = 0;
      for (const chunk of chunksOf(lines)) {
        const part = await openPart(day);
        try {
          const appended = await appendLines(dayFile(folder, day, part).path, chunk);
          kept += appended.kept;
          if (appended.failure !== undefined) return { kept, failure: appended.failure };
        } catch (failure) {
          return { kept, failure };
        }
      }
      return { kept };
    },
  };
}

function* chunksOf(lines: readonly string[]): Generator<readonly string[]> {
  let chunk: string[] = [];
  let length = 0;
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length < chunkLength) continue;
    yield chunk;
    chunk = [];
    length = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
