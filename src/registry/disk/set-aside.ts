import { existsSync, lstatSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { writeError } from "./disk-error.ts";
import { asideFolder } from "./layout.ts";
import { syncFolder } from "./write-text.ts";

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
