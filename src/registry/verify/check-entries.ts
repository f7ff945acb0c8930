import type { Dirent } from "node:fs";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { temporaryFile } from "../../disk/create-new.ts";
import { isLockHeld, lockFile } from "../../disk/lock.ts";
import { lockOf, promptFile } from "../disk/layout.ts";
import { isInside } from "../disk/real-root.ts";
import { setAside } from "../disk/set-aside.ts";
import { foldedName, pathProblems } from "../prompt-path.ts";
import { damage, damageByHand, type Finding, type Inspection } from "./finding.ts";

/** What lies in a folder besides a prompt's own files: leftovers, links, names that collide. */
export function checkEntries(
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
      return [{ kind: "note", file, message: "a writer that did not finish left it", repair: moved(file) }];
    }
    if (lockFile.test(entry.name)) {
      if (isLockHeld(file) === true) return [];
      return [
        { kind: "note", file, message: "a writer that did not finish left it; the next one takes it over" },
      ];
    }
    if (entry.name.startsWith(".")) return [];
    if (entry.isSymbolicLink() && leadsOut(file, inspection.directory)) {
      return [damage(file, "it is a link that leads out of the registry", moved(file))];
    }
    return entry.isDirectory() ? folderFindings(inspection, file, entry, entries) : [];
  });
}

/** A waiting writer has its lock ready in a temporary file; the one that holds the lock has the others. */
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
    return [damageByHand(file, `no prompt path can name it: ${problem}`, "rename the folder")];
  const twin = entries.find(({ name }) => name < entry.name && foldedName(name) === foldedName(entry.name));
  if (twin === undefined) return [];
  const path = relative(directory, file);
  // Only a person knows which of the two callers mean.
  const cure = existsSync(promptFile(file))
    ? `give one of them another name, as with: dao-opt registry move ${JSON.stringify(path)} NEW-PATH`
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
