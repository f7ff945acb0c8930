import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import type { RunFolder } from "./run-folder.ts";
import { storeFailure } from "./store-failure.ts";

const attempts = 3;

/** Keeps two processes from going on with one run. A dead process's lock is taken over at once. */
export async function lockRun(
  folder: RunFolder,
  pid: number,
  isProcessAlive: (pid: number) => boolean,
): Promise<() => Promise<void>> {
  const file = join(folder.path, "lock");
  const own = `${file}.${pid}`;
  const refuseIfHeld = async (path: string): Promise<void> => {
    const owner = Number(await readFile(path, "utf8").catch(() => ""));
    if (owner === pid || !Number.isSafeInteger(owner) || owner < 1 || !isProcessAlive(owner)) return;
    if (path !== file) await rename(path, file);
    throw new StoreError(`${folder.run} is still going on in process ${owner}`, {
      hint: "wait for it, or start a fresh run without --resume",
    });
  };
  try {
    await writeFile(own, String(pid));
    for (let attempt = 0; attempt < attempts; attempt++) {
      // A link appears with its content and only where nothing is: the one step that cannot be half done.
      const isMine = await link(own, file).then(
        () => true,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === "EEXIST") return false;
          throw cause;
        },
      );
      if (isMine) return () => rm(file, { force: true });
      await refuseIfHeld(file);
      // What is moved away may be a lock taken since it was looked at: it is looked at again.
      const dead = `${own}.dead`;
      const isMoved = await rename(file, dead).then(
        () => true,
        () => false,
      );
      if (isMoved) await refuseIfHeld(dead);
      await rm(dead, { force: true });
    }
  } catch (cause) {
    throw storeFailure(file, cause);
  } finally {
    await rm(own, { force: true });
  }
  throw new StoreError(`${folder.run} was taken by another process just now`, {
    hint: "start a fresh run without --resume",
  });
}
