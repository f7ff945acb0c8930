import { closeSync, fsyncSync, openSync, readSync, writeFileSync } from "node:fs";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { parsedObject } from "../../core/data/json.ts";
import { temporaryBeside, temporaryFile } from "../../disk/create-new.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { withLock } from "../../disk/lock.ts";
import { changesFile, dayOf, feedbackFile, listDays, lockFileOf, traceStoreFailure } from "./day-files.ts";
import { parseTraceRecord } from "./list-records.ts";
import { keyHash } from "./number-table.ts";
import type { Overlay } from "./overlay.ts";
import type { RecordFilter } from "./record-filter.ts";
import { visitLines } from "./visit-lines.ts";

/**
 * Removes matching traces, and their feedback and changes. Each file is rewritten next to the old one under
 * the lock, which is released between files. Resolves to the number of removed traces.
 */
export async function removeRecords(folder: string, filter: RecordFilter, overlay: Overlay): Promise<number> {
  /** Hashes of all keys of removed traces. A million hashes fit in memory; texts would not. */
  const keys = new Set<number>();
  let removed = 0;
  const isRemoved = (line: Buffer): boolean => {
    const record = parseTraceRecord(line.toString("utf8"));
    const complete = record === undefined ? undefined : overlay.complete(record);
    if (complete === undefined || !filter.matches(complete)) return false;
    // A trace may have several lines; all are removed.
    if (!keys.has(keyHash(String(complete["trace_id"])))) removed++;
    for (const name of ["trace_id", "event_id", "feedback_key"] as const) {
      const key = complete[name];
      if (typeof key === "string") keys.add(keyHash(key));
    }
    return true;
  };
  const days = await listDays(folder);
  if (days.length === 0) return 0;
  const lockFile = lockFileOf(folder);
  await withLock(lockFile, () => removeLeftovers(folder));
  // A file's day is never earlier than the starts of its traces.
  const firstDay = overlay.movesStarts || !Number.isFinite(filter.sinceMs) ? "" : dayOf(filter.sinceMs);
  const touched = days.flat().filter(({ day }) => day >= firstDay);
  for (const { path } of touched) await withLock(lockFile, () => rewrite(path, isRemoved));
  if (removed === 0) return 0;
  const refersToRemoved = (name: string) => (line: Buffer) => {
    const key = parsedObject(line.toString("utf8"))?.[name];
    return typeof key === "string" && keys.has(keyHash(key));
  };
  await withLock(lockFile, () => rewrite(feedbackFile(folder), refersToRemoved("key")));
  await withLock(lockFile, () => rewrite(changesFile(folder), refersToRemoved("trace_id")));
  return removed;
}

/** Deletes the file if all of its lines are removed. Only reads it if none are. */
async function rewrite(file: string, isRemoved: (line: Buffer) => boolean): Promise<void> {
  const temporary = temporaryBeside(file);
  try {
    const from = await open(file, "r");
    try {
      const { kept, gone } = await copyWithout(from, temporary, isRemoved);
      if (gone > 0 && kept > 0) await rename(temporary, file);
      else if (gone > 0) await rm(file);
    } finally {
      await from.close();
    }
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw traceStoreFailure(file, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The copy starts at the first removed line. Unfinished lines of killed writers are dropped; lines that are
 * not traces are kept.
 */
async function copyWithout(
  from: FileHandle,
  target: string,
  isRemoved: (line: Buffer) => boolean,
): Promise<{ readonly kept: number; readonly gone: number }> {
  const { mode } = await from.stat();
  let kept = 0;
  let gone = 0;
  let copy: LineCopy | undefined;
  try {
    await visitLines(from, (bytes, start, end, offset) => {
      const line = bytes.subarray(start, end);
      if (isRemoved(line)) {
        gone++;
        copy ??= beginCopy(target, mode, from.fd, offset);
      } else {
        kept++;
        copy?.add(line);
      }
    });
    copy?.finish();
  } finally {
    copy?.close();
  }
  return { kept, gone };
}

/** Deletes temporary files of killed removals. Under the lock, no other removal is active. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder);
  const left = names.filter(
    (name) => temporaryFile.test(name) && !name.startsWith(`.${basename(lockFileOf(""))}`),
  );
  for (const name of left) await rm(join(folder, name), { force: true });
}

/** Bytes collected per write. */
const chunkBytes = 1024 * 1024;
const newline = Buffer.from("\n");

/** A replacement file: the beginning of another file, then added lines. */
interface LineCopy {
  add(line: Buffer): void;
  /** Writes the rest and syncs it to disk. */
  finish(): void;
  close(): void;
}

/** Copies the first `length` bytes of another file. Synchronous, like the visits of lines. */
function beginCopy(target: string, mode: number, from: number, length: number): LineCopy {
  const to = openSync(target, "wx", mode);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const write = (): void => {
    writeFileSync(to, Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  try {
    copyHead(from, to, length);
  } catch (error) {
    closeSync(to);
    throw error;
  }
  return {
    add(line) {
      waiting.push(Buffer.from(line), newline);
      waitingBytes += line.length;
      if (waitingBytes > chunkBytes) write();
    },
    finish() {
      write();
      fsyncSync(to);
    },
    close: () => closeSync(to),
  };
}

function copyHead(from: number, to: number, length: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, length));
  for (let done = 0; done < length; ) {
    const read = readSync(from, buffer, 0, Math.min(buffer.length, length - done), done);
    if (read === 0) return;
    writeFileSync(to, buffer.subarray(0, read));
    done += read;
  }
}
