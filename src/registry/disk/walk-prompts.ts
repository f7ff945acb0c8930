import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathProblems } from "../prompt-path.ts";
import type { PromptEntry } from "../registry-storage.ts";
import { brokenLink, errnoOf, readError } from "./disk-error.ts";
import { recordNumber } from "./layout.ts";

const foldersPerTurn = 64;

/** A registry folder with its contents. */
interface WalkedFolder {
  readonly folder: string;
  /** Path in the registry; empty for its root. */
  readonly path: string;
  readonly entries: readonly Dirent[];
}

/** Walks the folders at and below a path, without links and dot folders. Yields to other work regularly. */
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

/** Contents of a folder needed by a walk. */
interface ListedFolder {
  /** Names of subfolders, without links and dot folders. */
  readonly folders: readonly string[];
  /** Version numbers, ascending, if it is a prompt. */
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
 * Prompts with a version, lazily in order of paths: reading the first fifty of ten thousand reads fifty
 * folders. Limited to a folder and its subfolders if given.
 */
export async function* walkPrompts(
  list: (path: string) => ListedFolder,
  within = "",
): AsyncGenerator<PromptEntry> {
  // `a` is the folder itself, `a/` its subfolders; `a b` and `a-b` sort between them.
  const waiting = keysBelow(within, list(within));
  const below = new Map<string, readonly string[]>();
  for (let count = 1; waiting.length > 0; count++) {
    // Before anything else: keys of both kinds alternate, so one kind may have all even counts.
    if (count % foldersPerTurn === 0) await nextTurn();
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
  }
}

/** Pending entries of a folder, in reverse order. */
function keysBelow(path: string, { folders }: ListedFolder): string[] {
  const paths = folders.map((name) => (path === "" ? name : `${path}/${name}`));
  return paths.flatMap((key) => [key, `${key}/`]).sort((one, other) => (one < other ? 1 : -1));
}

/** Version numbers among file names, ascending. */
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
