import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathProblems } from "../prompt-path.ts";
import type { PromptEntry } from "../registry-storage.ts";
import { brokenLink, errnoOf, readError } from "./disk-error.ts";
import { recordNumber } from "./layout.ts";

const foldersPerTurn = 64;

/** A folder of the registry with what is in it. */
interface WalkedFolder {
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

/** What a walk wants to know of a folder. */
interface ListedFolder {
  /** Names of the folders in it, links and dot folders left out. */
  readonly folders: readonly string[];
  /** Numbers of its versions, ascending, when it is a prompt's. */
  readonly numbers: readonly number[];
}

export function listFolder(folder: string): ListedFolder {
  const entries = readFolder(folder);
  const isPrompt = entries.some(({ name }) => name === "prompt.yaml");
  return Object.freeze({
    folders: entries.filter((one) => one.isDirectory() && !one.name.startsWith(".")).map(({ name }) => name),
    numbers: isPrompt ? versionNumbers(entries.map(({ name }) => name)) : [],
  });
}

/**
 * Prompts that have a version, in order of their paths and no faster than they are asked for: who wants the
 * first fifty of ten thousand reads fifty folders. Of one folder and those below it when one is given.
 */
export async function* walkPrompts(
  list: (path: string) => ListedFolder,
  within = "",
): AsyncGenerator<PromptEntry> {
  // `a` stands for the folder itself, `a/` for those in it: between them come `a b` and `a-b`.
  const waiting = keysBelow(within, list(within));
  const below = new Map<string, readonly string[]>();
  for (let count = 1; waiting.length > 0; count++) {
    const key = waiting.pop() ?? "";
    if (key.endsWith("/")) {
      waiting.push(...(below.get(key) ?? []));
      below.delete(key);
      continue;
    }
    const listed = list(key);
    const keys = keysBelow(key, listed);
    if (keys.length > 0) below.set(`${key}/`, keys);
    const { numbers } = listed;
    if (numbers.length > 0 && pathProblems(key).length === 0) yield { path: key, numbers };
    if (count % foldersPerTurn === 0) await nextTurn();
  }
}

/** What is to be looked at in a folder, the first last. */
function keysBelow(path: string, { folders }: ListedFolder): string[] {
  const paths = folders.map((name) => (path === "" ? name : `${path}/${name}`));
  return paths.flatMap((key) => [key, `${key}/`]).sort((one, other) => (one < other ? 1 : -1));
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
    if (errnoOf(error) === "ENOENT" && brokenLink(folder) === undefined) return [];
    throw readError(error, folder);
  }
}
