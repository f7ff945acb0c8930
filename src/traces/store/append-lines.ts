import { type FileHandle, open, stat } from "node:fs/promises";
import { privateFile } from "../../disk/ensure-folder.ts";
import { dayFile } from "./day-files.ts";

const newline = 0x0a;
/** Number of characters above which lines are written in pieces. */
const largeLength = 8 * 1024 * 1024;
const pieceLength = 1024 * 1024;

interface Appended {
  /** Number of lines that are completely in the file, counted from the first. */
  readonly kept: number;
  /** The error of the file system, if lines are missing. */
  readonly failure?: unknown;
  /** Size of the file afterwards, in bytes. */
  readonly size: number;
}

/**
 * Appends lines to a file in one write. The caller holds the lock. If a killed writer left an unfinished
 * line, it is terminated first. If the disk is full, complete lines stay and a partial one is removed.
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

/**
 * Writes line by line in pieces. Joining very long lines and encoding them would hold them twice more in
 * memory.
 */
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

/** Does not split surrogate pairs. */
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

/** Number of characters per write. A part exceeds its limit by at most this much. */
const chunkLength = 4 * 1024 * 1024;

/**
 * Appends to the files of a day and starts a new part when the last one is full. The caller holds the lock.
 */
interface DayWriter {
  append(day: string, lines: readonly string[]): Promise<Omit<Appended, "size">>;
}

export function createDayWriter(folder: string, partBytes: number): DayWriter {
  /** The part last written, by day. Other processes may have started later ones. */
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
