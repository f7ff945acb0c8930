import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type IsProcessAlive, parseMark } from "../../disk/process-mark.ts";

const lockName = /^lock\.\d+$/;

/**
 * The process that goes on with the run of a folder; undefined when none does. A record newer than the lock was written by its
 * holder, which has done its work.
 */
export async function runningProcess(
  folder: string,
  isProcessAlive: IsProcessAlive,
): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => lockName.test(one))) {
    const file = join(folder, name);
    const owner = parseMark(await readFile(file, "utf8").catch(() => ""));
    if (owner === undefined || !isProcessAlive(owner.pid, owner.startedAt)) continue;
    const [locked, recorded] = await Promise.all([file, join(folder, "record.json")].map(writtenAt));
    if (locked !== undefined && (recorded === undefined || recorded < locked)) return owner.pid;
  }
  return undefined;
}

/** Milliseconds, with their fraction; undefined where no file is. */
async function writtenAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
