import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { isDaoOptError } from "../../core/errors.ts";
import { temporaryBeside } from "../../disk/create-new.ts";
import { pathProblems } from "../prompt-path.ts";
import { errnoOf } from "./disk-error.ts";
import { promptFile, recordFile } from "./layout.ts";
import { readText } from "./read-text.ts";
import { versionNumbers } from "./walk-prompts.ts";

/** Number of read folders that makes writing the index worthwhile. */
const worthKeeping = 300;
const format = 1;
const maxIndexBytes = 200_000_000;
/** A folder changed just before it was recorded may change again within the same clock tick. */
const settlingMs = 2000;
const foldersPerTurn = 64;

/**
 * A recorded folder: change time, names of subfolders, and the ids of the prompt and its versions. Valid
 * while the change time is the same.
 */
type NotedFolder = readonly [changedAt: number, folders: readonly string[], ids: readonly string[]];

/**
 * Finds prompts by id, including tombstones. The index in `.cache/ids.json` (ignored by git) avoids reading
 * unchanged folders. It is only a hint: hits are verified, and misses read changed folders.
 */
export async function pathsWithId(root: string, id: string): Promise<readonly string[]> {
  const noted = readIndex(root);
  const folders: Record<string, NotedFolder> = {};
  const found: string[] = [];
  let readCount = 0;
  const waiting = [""];
  for (let count = 1; waiting.length > 0; count++) {
    const path = waiting.pop() ?? "";
    const known = notedFolder(noted, path);
    const changedAt = changeTime(join(root, path));
    if (changedAt === undefined) continue;
    const isSame = known !== undefined && known[0] === changedAt;
    const folder = isSame ? known : readFolder(root, path, changedAt);
    if (!isSame) readCount += 1;
    if (Date.now() - changedAt > settlingMs) folders[path] = folder;
    if (folder[2].includes(id)) found.push(path);
    for (const name of folder[1]) waiting.push(path === "" ? name : `${path}/${name}`);
    if (count % foldersPerTurn === 0) await nextTurn();
  }
  if (readCount >= worthKeeping) writeIndex(root, folders);
  return found.filter((path) => pathProblems(path).length === 0).sort();
}

function readFolder(root: string, path: string, changedAt: number): NotedFolder {
  const place = join(root, path);
  const entries = readdirSync(place, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const names = entries.map(({ name }) => name);
  const ids = names.includes("prompt.yaml")
    ? [
        idIn(promptFile(place), root, /^id:\s*["']?(\w+)/m),
        ...versionNumbers(names).map((number) =>
          idIn(recordFile(place, number), root, /^version_id:\s*["']?(\w+)/m),
        ),
      ]
    : [];
  return [changedAt, folders.map(({ name }) => name), ids.filter((id) => id !== undefined)];
}

/** Searches the text, much faster than parsing YAML; the caller reads the file. */
function idIn(file: string, root: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(readText(file, root) ?? "")?.[1];
  } catch (error) {
    if (isDaoOptError(error)) return undefined;
    throw error;
  }
}

function changeTime(folder: string): number | undefined {
  try {
    return statSync(folder).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function indexFile(root: string): string {
  return join(root, ".cache", "ids.json");
}

function readIndex(root: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readText(indexFile(root), root, maxIndexBytes) ?? "null");
    const folders = isJsonObject(value) && value["format"] === format ? value["folders"] : undefined;
    return isJsonObject(folders) ? folders : {};
  } catch {
    return {};
  }
}

/** Undefined for an invalid index. */
function notedFolder(noted: JsonObject, path: string): NotedFolder | undefined {
  const value = Object.hasOwn(noted, path) ? noted[path] : undefined;
  if (!Array.isArray(value)) return undefined;
  const [changedAt, folders, ids] = value as readonly unknown[];
  const isText = (one: unknown) => typeof one === "string";
  const isName = (one: unknown) => isText(one) && !/^\.|[\\/\0]/.test(one as string) && one !== "";
  if (typeof changedAt !== "number" || !Array.isArray(folders) || !Array.isArray(ids)) return undefined;
  return folders.every(isName) && ids.every(isText) ? [changedAt, folders, ids] : undefined;
}

/** A read-only registry works without an index. */
function writeIndex(root: string, folders: Readonly<Record<string, NotedFolder>>): void {
  const file = indexFile(root);
  const temporary = temporaryBeside(file);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(join(dirname(file), ".gitignore"), "*\n");
    writeFileSync(temporary, JSON.stringify({ format, folders }));
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}
