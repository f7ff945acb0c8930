import type { Stats } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDaoOptError, StoreError } from "../../core/errors.ts";
import { thrownReason } from "../../core/thrown-reason.ts";
import { errnoOf } from "../../disk/file-error.ts";

/** Names of the files of a trace folder; the one place that knows them. */
export const feedbackFile = (folder: string): string => join(folder, "feedback.jsonl");
export const changesFile = (folder: string): string => join(folder, "changes.jsonl");
export const lockFileOf = (folder: string): string => join(folder, ".lock");

/** `2026-11-21.jsonl`, then `2026-11-21.2.jsonl` … once that one is full. */
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

/** Oldest day first, each with its parts in order. A folder that is not there has none. */
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

/** UTC day of a moment, within the years that four digits can say. */
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
  ENOTDIR: "a file stands where a folder is needed",
  EEXIST: "a file stands where a folder is needed",
  ENOENT: "the folder is gone, or the system makes none there",
  EMFILE: "too many files are open",
};

/** Why a file could not be used, in words. */
export function failureReason(cause: unknown): string {
  return reasons[errnoOf(cause) ?? ""] ?? thrownReason(cause);
}

/** A file error as one clear sentence with its cure; an error of the family stays as it is. */
export function traceStoreFailure(file: string, cause: unknown): Error {
  if (isDaoOptError(cause)) return cause;
  return new StoreError(`${file}: ${failureReason(cause)}`, {
    hint: "make room or give permission there, or name another folder with --state",
    cause,
  });
}

/**
 * Tells a file from another one that was put in its place. The number of a file that is gone is given to a new
 * one, its moment of birth is not.
 */
export function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino} ${birthtimeMs}`;
}
