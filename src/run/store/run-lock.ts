import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../../core/errors.ts";
import { createNew, type LinkFile } from "../../disk/create-new.ts";
import { privateFile } from "../../disk/ensure-folder.ts";
import { formatMark, type IsProcessAlive, type ProcessMark, parseMark } from "../../disk/process-mark.ts";
import type { RunFolder } from "./run-store.ts";
import { storeFailure } from "./store-failure.ts";

const lockName = /^lock\.(\d+)$/;
const attempts = 5;
const looksAtEmpty = 10;
const pauseMs = 20;

interface Lock {
  readonly file: string;
  readonly number: number;
  /** Absent if the lock names no process. */
  readonly owner: ProcessMark | undefined;
}

/**
 * Keeps two processes from continuing the same run. Locks are numbered: a dead process's lock stays, and the
 * next number is taken, which only one process can do. A process that then still sees another living owner
 * gives way.
 */
export async function lockRun(
  folder: RunFolder,
  holder: ProcessMark,
  isProcessAlive: IsProcessAlive,
  { link }: { readonly link?: LinkFile } = {},
): Promise<() => Promise<void>> {
  const { pid } = holder;
  const text = formatMark(holder);
  const own = join(folder.path, `lock-of-${pid}`);
  const refuseIfHeld = (locks: readonly Lock[]): void => {
    const held = locks
      .flatMap(({ owner }) => owner ?? [])
      .find((owner) => owner.pid !== pid && isProcessAlive(owner.pid, owner.startedAt));
    if (held === undefined) return;
    throw new StoreError(`${folder.run} is still running in process ${held.pid}`, {
      hint: "wait for it, or start a fresh run without --resume",
    });
  };
  try {
    await writeFile(own, text, { mode: privateFile });
    for (let attempt = 0; attempt < attempts; attempt++) {
      const locks = await readLocks(folder.path);
      refuseIfHeld(locks);
      const number = Math.max(0, ...locks.map((lock) => lock.number)) + 1;
      const file = join(folder.path, `lock.${number}`);
      if (!(await createNew(own, file, text, link))) continue;
      try {
        refuseIfHeld((await readLocks(folder.path)).filter((lock) => lock.number !== number));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return async () => {
        for (const dead of locks) await rm(dead.file, { force: true });
        await rm(file, { force: true });
      };
    }
  } catch (cause) {
    throw cause instanceof StoreError ? cause : storeFailure(own, cause);
  } finally {
    await rm(own, { force: true });
  }
  throw new StoreError(`${folder.run} was just taken by another process`, {
    hint: "start a fresh run without --resume",
  });
}

async function readLocks(folder: string): Promise<readonly Lock[]> {
  const names = await readdir(folder);
  const locks = names.flatMap((name) => {
    const number = Number(lockName.exec(name)?.[1] ?? 0);
    return number === 0 ? [] : [{ file: join(folder, name), number }];
  });
  return Promise.all(locks.map(async (lock) => ({ ...lock, owner: parseMark(await readLock(lock.file)) })));
}

/** An empty file may be one that is being written. */
async function readLock(file: string): Promise<string> {
  for (let look = 0; look < looksAtEmpty; look++) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== "") return text ?? "";
    await sleep(pauseMs);
  }
  return "";
}
