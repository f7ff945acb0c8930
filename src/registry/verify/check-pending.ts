import { join } from "node:path";
import { isLockHeld } from "../../disk/lock.ts";
import { lockOf, pendingFile } from "../disk/layout.ts";
import { finishLeftChange, type PendingChange, readPendingChange } from "../disk/pending-change.ts";
import { setAside } from "../disk/set-aside.ts";
import { damage, type Finding, type Inspection } from "./finding.ts";
import { readValue, tryRead } from "./try-read.ts";

/** A move or deletion that was begun and not ended. When repairing it is ended here. */
export async function checkPending(inspection: Inspection): Promise<readonly Finding[]> {
  const { directory, isRepairing, at } = inspection;
  const file = pendingFile(directory);
  const read = tryRead(() => readPendingChange(directory));
  if ("problem" in read) {
    if (!isRepairing) return [damage(file, read.problem)];
    await setAside(directory, file, at);
    return [{ kind: "note", file, message: `${read.problem}: it was set aside` }];
  }
  if (read.value === undefined) return [];
  if (isRepairing) {
    const done = await finishLeftChange(directory);
    return done === undefined ? [] : [{ kind: "note", file, message: `${told(done)} was finished` }];
  }
  if (isLockHeld(lockOf(directory)) === true) return [];
  return [
    { kind: "note", file, message: `${told(read.value)} was not finished; the next writer finishes it` },
  ];
}

/** The folders that a move or deletion is at work in right now, or was when its writer died. */
export function unfinishedFolders(directory: string): readonly string[] {
  const change = readValue(tryRead(() => readPendingChange(directory)));
  const paths = [change?.from, change?.to].filter((path) => path !== undefined);
  return paths.map((path) => join(directory, ...path.split("/")));
}

function told({ from, to }: PendingChange): string {
  if (from === undefined) return `the import of ${to}`;
  return to === undefined ? `the deletion of ${from}` : `the move of ${from} to ${to}`;
}
