import { join } from "node:path";
import { NotFoundError, RegistryError } from "../../core/errors.ts";
import { withLock } from "../../disk/lock.ts";
import { carriedBy } from "../lookup/find-version.ts";
import { parseDeploymentLines } from "../records/deployment-lines.ts";
import { parsePromptYaml } from "../records/prompt-yaml.ts";
import { repairHint } from "../records/record-text.ts";
import { defaultSettings, LaterFormatError, parseRegistryYaml } from "../records/registry-yaml.ts";
import { parseVersionYaml } from "../records/version-yaml.ts";
import type { RegistryStorage } from "../registry-storage.ts";
import { checkedDetails } from "./checked-details.ts";
import { writeError } from "./disk-error.ts";
import { createDiskWriter } from "./disk-writer.ts";
import { createFileMemory } from "./file-memory.ts";
import { detailsFile, lockOf, logFile, promptFile, recordFile, settingsFile } from "./layout.ts";
import { finishLeftChange } from "./pending-change.ts";
import { existingFolder, inMadeRoot } from "./prompt-folder.ts";
import { readLog, readText, realRoot } from "./read-text.ts";
import { listFolder, walkPrompts } from "./walk-prompts.ts";

const rememberedMs = 20;
const mostPlaces = 50_000;

/** Registry storage in a folder of plain files. A missing folder is an empty registry. */
export function createDiskStorage(directory: string): RegistryStorage {
  const remembered = createFileMemory();
  /** Last known place of an id, checked first because a search reads every folder. */
  const places = new Map<string, string>();
  const text = (file: string) => readText(file, directory);
  const record = <Value>(file: string, parse: (text: string, file: string) => Value) =>
    remembered(file, () => {
      const found = text(file);
      return found === undefined ? undefined : parse(found, file);
    });
  const listed = (folder: string) => remembered(folder, () => listFolder(folder));
  const settings = () => record(settingsFile(directory), parseRegistryYaml);
  const checkFormat = nowAndThen(() => settingsOrDamage(settings));
  const knownFolder = rememberedFolder(directory);
  const folderOf = (path: string) => {
    checkFormat();
    return knownFolder(path);
  };
  const storage: RegistryStorage = {
    prompts(folder) {
      checkFormat();
      const isThere = folder === undefined || folderOf(folder) !== undefined;
      return isThere ? walkPrompts((path) => listed(join(directory, path)), folder) : nothing();
    },
    async carriers(id) {
      checkFormat();
      const known = places.get(id);
      if (known !== undefined && (await carriedBy(storage, known, id)) !== undefined) return [known];
      const { pathsWithId } = await import("./id-index.ts");
      const paths = await pathsWithId(directory, id);
      for (const path of paths) {
        if ((await carriedBy(storage, path, id)) === undefined) continue;
        keepPlace(places, id, path);
        break;
      }
      return paths;
    },
    async numbers(path) {
      const folder = folderOf(path);
      if (folder === undefined || text(promptFile(folder)) === undefined) return [];
      return listed(folder).numbers;
    },
    async prompt(path) {
      const folder = folderOf(path);
      return folder === undefined ? undefined : record(promptFile(folder), parsePromptYaml);
    },
    async version(path, version) {
      const file = recordFile(folderOf(path) ?? directory, version);
      const found = record(file, parseVersionYaml);
      if (found === undefined) throw new NotFoundError("version", `${path}@${version}`);
      if (found.version === version) return found;
      throw new RegistryError(`${file} contains version ${found.version}`, { hint: repairHint });
    },
    async details(path, record) {
      const file = detailsFile(folderOf(path) ?? directory, record.version);
      const found = text(file);
      if (found === undefined) throw new RegistryError(`${file} is missing`, { hint: repairHint });
      return checkedDetails(found, file, record);
    },
    async deployments(path) {
      const folder = folderOf(path);
      if (folder === undefined) return [];
      const file = logFile(folder);
      return remembered(file, () => parseDeploymentLines(readLog(file, directory) ?? "", file));
    },
    async settings() {
      const found = settings();
      // The folder may be a file or a broken link.
      if (found === undefined) listed(directory);
      return found ?? defaultSettings();
    },
    async write(work) {
      try {
        return await inMadeRoot(directory, () =>
          withLock(lockOf(realRoot(directory)), async () => {
            settingsOrDamage(settings);
            await finishLeftChange(directory);
            return work(createDiskWriter(directory));
          }),
        );
      } catch (error) {
        throw writeError(error, directory);
      }
    },
  };
  return storage;
}

/** Requests for one prompt come in sequence, so its links are resolved once. */
function rememberedFolder(directory: string): (path: string) => string | undefined {
  let last: { readonly path: string; readonly folder: string; readonly at: number } | undefined;
  return (path) => {
    const now = performance.now();
    if (last?.path === path && now - last.at < rememberedMs) return last.folder;
    const folder = existingFolder(directory, path);
    last = folder === undefined ? undefined : { path, folder, at: now };
    return folder;
  };
}

/** Runs an expensive check only if the last one is some time ago. */
function nowAndThen(check: () => unknown): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < rememberedMs) return;
    check();
    last = now;
  };
}

/** Damaged settings fail where they are used; settings of a later format always fail. */
function settingsOrDamage<Settings>(read: () => Settings): Settings | "damaged" {
  try {
    return read();
  } catch (error) {
    if (error instanceof LaterFormatError || !(error instanceof RegistryError)) throw error;
    return "damaged";
  }
}

function keepPlace(places: Map<string, string>, id: string, path: string): void {
  places.delete(id);
  places.set(id, path);
  const [oldest] = places.keys();
  if (places.size > mostPlaces && oldest !== undefined) places.delete(oldest);
}

async function* nothing() {}
