import { rm } from "node:fs/promises";
import { join } from "node:path";
import { NotFoundError } from "../../core/errors.ts";
import { renderPromptFile } from "../../formats/prompt-file/render-prompt-file.ts";
import { renderDeploymentLine } from "../records/deployment-lines.ts";
import { renderPromptYaml } from "../records/prompt-yaml.ts";
import { defaultSettings, renderRegistryYaml } from "../records/registry-yaml.ts";
import { renderVersionYaml } from "../records/version-yaml.ts";
import type { NewVersion, RegistryWriter, VersionRecord } from "../registry-storage.ts";
import { writeError } from "./disk-error.ts";
import { detailsFile, logFile, promptFile, recordFile, settingsFile } from "./layout.ts";
import { movePromptFiles, placePrompt, removePrompt } from "./pending-change.ts";
import { existingFolder, makeFolders, removeFolders } from "./prompt-folder.ts";
import { readText } from "./read-text.ts";
import { appendLine, createText, replaceText, setAside, syncFolder } from "./write-text.ts";

/** The registry writer. The caller holds the lock. */
export function createDiskWriter(directory: string): RegistryWriter {
  const folderOf = (path: string): string => {
    const folder = existingFolder(directory, path);
    if (folder === undefined) throw new NotFoundError("prompt", path);
    return folder;
  };
  return {
    file: (newVersion) => fileVersion(directory, newVersion),
    savePrompt: (path, record) => writing(promptFile(folderOf(path)), renderPromptYaml(record), replaceText),
    saveVersion: (path, record) =>
      writing(recordFile(folderOf(path), record.version), renderVersionYaml(record), replaceText),
    addDeployment: (path, deployment) =>
      writing(logFile(folderOf(path)), renderDeploymentLine(deployment), appendLine),
    place: (path, whole) => placePrompt(directory, path, whole, whole.prompt.createdAt),
    move: (path, to, at) => movePromptFiles(directory, path, to, at),
    remove: (path) => removePrompt(directory, path),
    writeTombstone: (path, tombstone) => writeTombstone(folderOf(path), tombstone),
    saveSettings: (settings) => writing(settingsFile(directory), renderRegistryYaml(settings), replaceText),
  };
}

/**
 * Writes a version with `vN.yaml` last, so that readers ignore the files of an interrupted writer and the
 * next writer replaces them.
 */
async function fileVersion(
  directory: string,
  { path, record, details, prompt, deployment }: NewVersion,
): Promise<void> {
  const text = renderPromptFile(details);
  const made = prompt === undefined ? [] : await makeFolders(directory, path);
  const folder = join(directory, ...path.split("/"));
  const written: string[] = [];
  const put = async (file: string, content: string, write: typeof replaceText) => {
    await writing(file, content, write);
    written.push(file);
  };
  try {
    if (readText(settingsFile(directory), directory) === undefined) {
      await writing(
        settingsFile(directory),
        renderRegistryYaml(defaultSettings(record.createdAt)),
        replaceText,
      );
    }
    if (prompt !== undefined) await put(promptFile(folder), renderPromptYaml(prompt), replaceText);
    await setAside(directory, detailsFile(folder, record.version), record.createdAt);
    await put(detailsFile(folder, record.version), text, createText);
    if (deployment !== undefined) await put(logFile(folder), renderDeploymentLine(deployment), replaceText);
    await writing(recordFile(folder, record.version), renderVersionYaml(record), createText);
  } catch (error) {
    for (const file of written.toReversed()) await rm(file, { force: true });
    await removeFolders(made);
    throw error;
  }
}

/** Writing the tombstone deletes the version; a leftover text is only a note in `verify`. */
async function writeTombstone(folder: string, tombstone: VersionRecord): Promise<void> {
  const file = detailsFile(folder, tombstone.version);
  await writing(recordFile(folder, tombstone.version), renderVersionYaml(tombstone), replaceText);
  try {
    await rm(file, { force: true });
    await syncFolder(folder);
  } catch (error) {
    throw writeError(error, file);
  }
}

async function writing(file: string, text: string, write: typeof replaceText): Promise<void> {
  try {
    await write(file, text);
  } catch (error) {
    throw writeError(error, file);
  }
}
