import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathProblems } from "../prompt-path.ts";
import type { PromptEntry } from "../shelf.ts";
import { errnoOf, readError } from "./disk-error.ts";
import { recordNumber } from "./layout.ts";

const foldersPerTurn = 64;

/** A folder of the registry with what is in it. */
export interface WalkedFolder {
  readonly folder: string;
  /** Path in the registry; empty for its root. */
  readonly path: string;
  readonly entries: readonly Dirent[];
}

/** Every folder at and below a path, links and dot folders left out; lets others run now and then. */
export async function* walkFolders(root: string, path = ""): AsyncGenerator<WalkedFolder> {
  const waiting = [path];
  for (let count = 1; waiting.length > 0; count++) {
    const next = waiting.pop() ?? "";
    const folder = join(root, next);
    const entries = readFolder(folder);
    yield { folder, path: next, entries };
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith(".")) {
        waiting.push(next === "" ? entry.name : `${next}/${entry.name}`);
      }
    }
    if (count % foldersPerTurn === 0) await nextTurn();
  }
}

/** Prompts that have a version; of one folder and those below it when one is given. */
export async function* walkPrompts(root: string, within?: string): AsyncGenerator<PromptEntry> {
  for await (const { path, entries } of walkFolders(root, within)) {
    const isPrompt = path !== "" && path !== within && entries.some(({ name }) => name === "prompt.yaml");
    const numbers = isPrompt ? versionNumbers(entries.map(({ name }) => name)) : [];
    if (numbers.length > 0 && pathProblems(path).length === 0) yield { path, numbers };
  }
}

/** Numbers of the versions among a folder's files, ascending. */
export function versionNumbers(names: readonly string[]): readonly number[] {
  return names
    .map(recordNumber)
    .filter((number) => number !== undefined)
    .sort((one, other) => one - other);
}

function readFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw readError(error, folder);
  }
}
