import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { privateFile } from "../../disk/private-mode.ts";
import type { RunFolder } from "./run-folder.ts";
import { storeFailure } from "./store-failure.ts";

const lockName = /^lock\.(\d+)$/;
const attempts = 5;

interface Lock {
  readonly file: string;
  readonly number: number;
  readonly owner: number;
}

/**
 * Keeps two processes from going on with one run. Locks are numbered: a dead process's lock stays where
 * it is while the next number is taken, which only one can do; whoever then still sees another living
 * owner gives way.
 */
export async function lockRun(
  folder: RunFolder,
  pid: number,
  isProcessAlive: (pid: number) => boolean,
): Promise<() => Promise<void>> {
  const own = join(folder.path, `lock-of-${pid}`);
  const refuseIfHeld = (locks: readonly Lock[]): void => {
    const held = locks.find(({ owner }) => owner !== pid && owner > 0 && isProcessAlive(owner));
    if (held === undefined) return;
    throw new StoreError(`${folder.run} is still going on in process ${held.owner}`, {
      hint: "wait for it, or start a fresh run without --resume",
    });
  };
  try {
    await writeFile(own, String(pid), { mode: privateFile });
    for (let attempt = 0; attempt < attempts; attempt++) {
      const locks = await readLocks(folder.path);
      refuseIfHeld(locks);
      const number = Math.max(0, ...locks.map((lock) => lock.number)) + 1;
      const file = join(folder.path, `lock.${number}`);
      if (!(await linkNew(own, file))) continue;
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
  throw new StoreError(`${folder.run} was taken by another process just now`, {
    hint: "start a fresh run without --resume",
  });
}

/** A link appears with its content and only where nothing is: the one step that cannot be half done. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

async function readLocks(folder: string): Promise<readonly Lock[]> {
  const names = await readdir(folder);
  const locks = names.flatMap((name) => {
    const number = Number(lockName.exec(name)?.[1] ?? 0);
    return number === 0 ? [] : [{ file: join(folder, name), number }];
  });
  return Promise.all(
    locks.map(async (lock) => ({
      ...lock,
      owner: Number(await readFile(lock.file, "utf8").catch(() => "")) || 0,
    })),
  );
}
