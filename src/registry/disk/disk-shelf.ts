import { readdirSync } from "node:fs";
import { NotFoundError, RegistryError } from "../../core/errors.ts";
import { withLock } from "../../disk/lock.ts";
import { parseDeploymentLines } from "../records/deployment-lines.ts";
import { parsePromptYaml } from "../records/prompt-yaml.ts";
import { repairHint } from "../records/record-text.ts";
import { defaultSettings, parseRegistryYaml } from "../records/registry-yaml.ts";
import { parseVersionYaml } from "../records/version-yaml.ts";
import type { Shelf } from "../shelf.ts";
import { checkedDetails } from "./checked-details.ts";
import { createDiskDesk } from "./disk-desk.ts";
import { readError, writeError } from "./disk-error.ts";
import { detailsFile, lockOf, logFile, promptFile, recordFile, settingsFile } from "./layout.ts";
import { finishLeftChange } from "./pending-change.ts";
import { existingFolder, inMadeRoot } from "./prompt-folder.ts";
import { readLog, readText } from "./read-text.ts";
import { realRoot } from "./real-root.ts";
import { versionNumbers, walkPrompts } from "./walk-prompts.ts";

const rememberedMs = 20;

/** Keeps a registry in a folder of plain files. A folder that is not there is an empty registry. */
export function createDiskShelf(directory: string): Shelf {
  const folderOf = rememberedFolder(directory);
  const text = (file: string) => readText(file, directory);
  const shelf: Shelf = {
    prompts(folder) {
      const isThere = folder === undefined || folderOf(folder) !== undefined;
      return isThere ? walkPrompts(directory, folder) : nothing();
    },
    async carriers(id) {
      const { pathsWithId } = await import("./id-index.ts");
      return pathsWithId(directory, id);
    },
    async numbers(path) {
      const folder = folderOf(path);
      if (folder === undefined || text(promptFile(folder)) === undefined) return [];
      return versionNumbers(namesIn(folder));
    },
    async prompt(path) {
      const folder = folderOf(path);
      const found = folder === undefined ? undefined : text(promptFile(folder));
      return folder === undefined || found === undefined
        ? undefined
        : parsePromptYaml(found, promptFile(folder));
    },
    async version(path, version) {
      const file = recordFile(folderOf(path) ?? directory, version);
      const found = text(file);
      if (found === undefined) throw new NotFoundError("version", `${path}@${version}`);
      const record = parseVersionYaml(found, file);
      if (record.version === version) return record;
      throw new RegistryError(`${file} says that it is version ${record.version}`, { hint: repairHint });
    },
    async details(path, record) {
      const file = detailsFile(folderOf(path) ?? directory, record.version);
      const found = text(file);
      if (found === undefined) throw new RegistryError(`${file} is missing`, { hint: repairHint });
      return checkedDetails(found, file, record);
    },
    async deployments(path) {
      const folder = folderOf(path);
      const log = folder === undefined ? undefined : readLog(logFile(folder), directory);
      return folder === undefined || log === undefined ? [] : parseDeploymentLines(log, logFile(folder));
    },
    async settings() {
      const found = text(settingsFile(directory));
      return found === undefined ? defaultSettings() : parseRegistryYaml(found, settingsFile(directory));
    },
    async write(work) {
      try {
        return await inMadeRoot(directory, () =>
          withLock(lockOf(realRoot(directory)), async () => {
            await finishLeftChange(directory);
            return work(createDiskDesk(directory));
          }),
        );
      } catch (error) {
        throw writeError(error, directory);
      }
    },
  };
  return shelf;
}

/** What is asked of one prompt is asked in a row: where its links lead is looked up once for that. */
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw readError(error, folder);
  }
}

async function* nothing() {}
