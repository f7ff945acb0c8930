import { existsSync, lstatSync } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ConflictError } from "../../core/errors.ts";
import { temporaryBeside } from "../../disk/create-new.ts";
import { errnoOf, hasNoLinks } from "../../disk/file-error.ts";
import { writeError } from "./disk-error.ts";
import { asideFolder } from "./layout.ts";

/** Replaces a file atomically. */
export async function replaceText(file: string, text: string): Promise<void> {
  await withTemporary(file, text, (temporary) => rename(temporary, file));
  await syncFolder(dirname(file));
}

/** Creates a file atomically. Rejects with ConflictError if it exists. */
export async function createText(file: string, text: string): Promise<void> {
  await withTemporary(file, text, async (temporary) => {
    try {
      await link(temporary, file);
    } catch (error) {
      if (errnoOf(error) === "EEXIST") throw taken(file);
      if (!hasNoLinks(error)) throw error;
      if (await isThere(file)) throw taken(file);
      await rename(temporary, file);
    }
  });
  await syncFolder(dirname(file));
}

/** Appends a line to a log; terminates an incomplete last line first. */
export async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, "a+");
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const start = size === 0 || last.toString() === "\n" ? "" : "\n";
    await appendWhole(handle, size, Buffer.from(start + line));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
}

/** Syncs a folder's entries to disk; ignored where unsupported (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!["EPERM", "EISDIR", "EINVAL", "EACCES", "ENOTSUP"].includes(errnoOf(error) ?? "")) throw error;
  }
}

async function withTemporary(
  file: string,
  text: string,
  use: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(file);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Restores the log if the disk fills up within a line. */
async function appendWhole(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
  bytes: Buffer,
): Promise<void> {
  try {
    await handle.appendFile(bytes);
  } catch (error) {
    await handle.truncate(size);
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function taken(file: string): ConflictError {
  return new ConflictError(`${file} already exists`, { hint: "another process created it; try again" });
}

/**
 * Moves a file to `.set-aside/TIME/…` with its relative path; never deletes. Does nothing if it is missing.
 * `at` is ISO 8601.
 */
export async function setAside(directory: string, file: string, at: string): Promise<void> {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const target = freeName(
    join(asideFolder(directory), at.replaceAll(/[:.]/g, "-"), relative(directory, file)),
  );
  try {
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
    await syncFolder(dirname(file));
  } catch (error) {
    throw writeError(error, file);
  }
}

function freeName(target: string): string {
  if (!existsSync(target)) return target;
  for (let copy = 2; ; copy++) {
    if (!existsSync(`${target}.${copy}`)) return `${target}.${copy}`;
  }
}
