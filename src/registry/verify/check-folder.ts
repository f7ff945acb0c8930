import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { temporaryFile } from "../../disk/create-new.ts";
import { isLockHeld, lockFile } from "../../disk/lock.ts";
import { detailsNumber, lockOf, promptFile, recordNumber } from "../disk/layout.ts";
import { isInside, readText } from "../disk/read-text.ts";
import { replaceText, setAside } from "../disk/write-text.ts";
import { newPromptId } from "../ids.ts";
import { foldedName, pathProblems } from "../prompt-path.ts";
import { parsePromptYaml, renderPromptYaml } from "../records/prompt-yaml.ts";
import type { PromptRecord } from "../registry-storage.ts";
import { checkDeployments } from "./check-deployments.ts";
import type { PromptWithIds } from "./check-ids.ts";
import { checkVersions } from "./check-versions.ts";
import {
  damage,
  damageByHand,
  type Finding,
  type Inspection,
  mergeSides,
  readValue,
  tryRead,
} from "./finding.ts";

export interface FolderChecked {
  readonly findings: readonly Finding[];
  /** Set if the folder is a prompt. */
  readonly prompt?: PromptWithIds;
}

/** Checks one folder without its subfolders. */
export function checkFolder(
  inspection: Inspection,
  folder: string,
  environments: readonly string[] | undefined,
): FolderChecked {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isOnTheMove = inspection.unfinished?.includes(folder) === true;
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const around = checkEntries(inspection, folder, entries);
  const hasVersions = names.some((name) => recordNumber(name) !== undefined);
  const isPrompt =
    hasVersions || names.includes("prompt.yaml") || names.some((name) => detailsNumber(name) === 1);
  if (!isPrompt || folder === inspection.directory) return { findings: around };
  // Leftovers of a move or deletion, which the next writer removes.
  if (isOnTheMove && !names.includes("prompt.yaml")) return { findings: around };
  const prompt = checkPrompt(inspection, folder, hasVersions);
  const versions = checkVersions(inspection, folder, names, prompt.record);
  // The first log line is written before the first version, so skip the log without one.
  const moves = hasVersions ? checkDeployments(inspection, folder, versions.records, environments) : [];
  return {
    findings: [...around, ...prompt.findings, ...versions.findings, ...moves],
    ...(prompt.record === undefined
      ? {}
      : { prompt: { folder, record: prompt.record, versions: versions.records } }),
  };
}

interface PromptChecked {
  readonly findings: readonly Finding[];
  readonly record?: PromptRecord;
}

/** Checks `prompt.yaml` of a folder with versions. */
function checkPrompt(inspection: Inspection, folder: string, hasVersions: boolean): PromptChecked {
  const file = promptFile(folder);
  const text = tryRead(() => readText(file, inspection.directory));
  const found = readValue(text);
  const put = async (record: PromptRecord) => {
    await setAside(inspection.directory, file, inspection.at);
    await replaceText(file, renderPromptYaml(record));
    return `it was written again, as ${record.id}`;
  };
  if ("value" in text && found === undefined) {
    const repair = () => put({ id: newPromptId(), tags: {}, createdAt: inspection.at });
    return {
      findings: hasVersions ? [damage(file, "it is missing, although there are versions", repair)] : [],
    };
  }
  const read = "problem" in text ? text : tryRead(() => parsePromptYaml(found ?? "", file));
  if ("problem" in read) {
    return { findings: [damage(file, read.problem, () => put(salvaged(found ?? "", inspection.at)))] };
  }
  const unfinished = "it has no version: left by an interrupted writer";
  const notes: readonly Finding[] = hasVersions ? [] : [{ kind: "note", file, message: unfinished }];
  return { findings: notes, record: read.value };
}

/** Recovers the earlier side of a merge, or at least the id that versions and callers use. */
function salvaged(text: string, at: string): PromptRecord {
  const sides = mergeSides(text);
  const [first] = [sides?.ours, sides?.theirs]
    .map((side) => readValue(tryRead(() => parsePromptYaml(side ?? "", ""))))
    .filter((record) => record !== undefined)
    .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
  const id = /^id: *(pr_\w+)\s*$/m.exec(text)?.[1] ?? newPromptId();
  return first ?? { id, tags: {}, createdAt: at };
}

/** Checks other folder entries: leftovers, links and colliding names. */
function checkEntries(
  inspection: Inspection,
  folder: string,
  entries: readonly Dirent[],
): readonly Finding[] {
  const moved = (file: string) => async () => {
    await setAside(inspection.directory, file, inspection.at);
    return "it was set aside";
  };
  return entries.flatMap((entry): readonly Finding[] => {
    const file = join(folder, entry.name);
    if (temporaryFile.test(entry.name)) {
      if (isBeingWritten(inspection, file)) return [];
      return [{ kind: "note", file, message: "left by an interrupted writer", repair: moved(file) }];
    }
    if (lockFile.test(entry.name)) {
      if (isLockHeld(file) === true) return [];
      return [
        { kind: "note", file, message: "left by an interrupted writer; the next writer takes it over" },
      ];
    }
    if (entry.name.startsWith(".")) return [];
    if (entry.isSymbolicLink() && leadsOut(file, inspection.directory)) {
      return [damage(file, "it is a link to a file outside the registry", moved(file))];
    }
    return entry.isDirectory() ? folderFindings(inspection, file, entry, entries) : [];
  });
}

/** Temporary files belong to a waiting writer's lock or to the holder of the lock. */
function isBeingWritten({ directory, isRepairing }: Inspection, file: string): boolean {
  return isLockHeld(file) === true || (!isRepairing && isLockHeld(lockOf(directory)) === true);
}

function folderFindings(
  { directory }: Inspection,
  file: string,
  entry: Dirent,
  entries: readonly Dirent[],
): readonly Finding[] {
  const [problem] = pathProblems(entry.name);
  if (problem !== undefined)
    return [damageByHand(file, `its name is not a valid prompt path: ${problem}`, "rename the folder")];
  const twin = entries.find(({ name }) => name < entry.name && foldedName(name) === foldedName(entry.name));
  if (twin === undefined) return [];
  const path = relative(directory, file);
  // Only a person can decide which of the two callers mean.
  const cure = existsSync(promptFile(file))
    ? `rename one of them, for example with: dao-opt registry move ${JSON.stringify(path)} NEW-PATH`
    : "rename one of the two folders";
  return [damageByHand(file, `it differs only by case from "${twin.name}"`, cure)];
}

function leadsOut(file: string, directory: string): boolean {
  try {
    return !isInside(file, directory);
  } catch {
    return true;
  }
}
