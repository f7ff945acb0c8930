import { existsSync, lstatSync } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ConflictError } from "../../core/errors.ts";
import { temporaryBeside } from "../../disk/create-new.ts";
import { errnoOf, hasNoLinks } from "../../disk/file-error.ts";
import { writeError } from "./disk-error.ts";
import { asideFolder } from "./layout.ts";

/** Puts a whole file in place of the one there, or of none; readers see the old one or the new one. */
export async function replaceText(file: string, text: string): Promise<void> {
  await withTemporary(file, text, (temporary) => rename(temporary, file));
  await syncFolder(dirname(file));
}

/** Puts a whole file where none is. Rejects with ConflictError when one is there already. */
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

/** Adds a line to a log; one that a writer left unfinished is ended first. */
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

/** Makes a folder's entries outlast a lost power supply. Systems that cannot (Windows) are left to themselves. */
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

/** A disk that fills up in the middle of a line leaves the log as it was. */
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
  return new ConflictError(`${file} is there already`, { hint: "another writer was faster; try again" });
}

/**
 * Moves a file out of the way, to `.set-aside/TIME/…` with its place kept: nothing is ever deleted. Does
 * nothing when it is not there. `at` is ISO 8601.
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
