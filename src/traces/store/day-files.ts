import type { Stats } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDaoOptError, StoreError, thrownReason } from "../../core/errors.ts";
import { errnoOf } from "../../disk/file-error.ts";

export const feedbackFile = (folder: string): string => join(folder, "feedback.jsonl");
export const changesFile = (folder: string): string => join(folder, "changes.jsonl");
export const lockFileOf = (folder: string): string => join(folder, ".lock");

/** `2026-11-21.jsonl`, then `2026-11-21.2.jsonl` … when the first one is full. */
export interface DayFile {
  readonly path: string;
  readonly name: string;
  readonly day: string;
  readonly part: number;
}

const dayFileName = /^(\d{4}-\d\d-\d\d)(?:\.([1-9]\d{0,8}))?\.jsonl$/;

export function dayFile(folder: string, day: string, part: number): DayFile {
  const name = part === 1 ? `${day}.jsonl` : `${day}.${part}.jsonl`;
  return { path: join(folder, name), name, day, part };
}

/** Oldest day first, each with its parts in order. Empty if the folder does not exist. */
export async function listDays(folder: string): Promise<readonly (readonly DayFile[])[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) === "ENOENT") return [];
    throw traceStoreFailure(folder, cause);
  });
  const days = new Map<string, DayFile[]>();
  for (const name of names.sort()) {
    const [, day, part = "1"] = dayFileName.exec(name) ?? [];
    if (day === undefined) continue;
    const parts = days.get(day) ?? [];
    parts.push(dayFile(folder, day, Number(part)));
    days.set(day, parts);
  }
  return [...days.values()].map((parts) => parts.sort((one, other) => one.part - other.part));
}

/** UTC day of a time, clamped to years 1 to 9999. */
export function dayOf(timeMs: number): string {
  const bounded = Math.min(Math.max(timeMs, Date.UTC(1, 0, 1)), Date.UTC(9999, 11, 31));
  return new Date(bounded).toISOString().slice(0, 10);
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would grow larger than the system allows",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a file exists where a folder is needed",
  EEXIST: "a file exists where a folder is needed",
  ENOENT: "the folder was removed or cannot be created",
  EMFILE: "too many files are open",
};

/** Describes why a file could not be used. */
export function failureReason(cause: unknown): string {
  return reasons[errnoOf(cause) ?? ""] ?? thrownReason(cause);
}

/**
 * A StoreError with a hint for an error of the file system. Errors of this project are returned unchanged.
 */
export function traceStoreFailure(file: string, cause: unknown): Error {
  if (isDaoOptError(cause)) return cause;
  return new StoreError(`${file}: ${failureReason(cause)}`, {
    hint: "free space or grant permission there, or choose another folder with --state",
    cause,
  });
}

/** Distinguishes a file from a replacement. Inode numbers are reused; birth times are not. */
export function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino} ${birthtimeMs}`;
}
