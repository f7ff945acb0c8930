import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../../core/errors.ts";
import { storeFailure } from "./journal.ts";
import type { RunFolder } from "./run-folder.ts";

/** Keeps two processes from going on with one run. A dead process's lock is taken over. */
export async function lockRun(
  folder: RunFolder,
  pid: number,
  isProcessAlive: (pid: number) => boolean,
): Promise<() => Promise<void>> {
  const file = join(folder.path, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(String(pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw storeFailure(file, cause);
      const owner = Number(await readFile(file, "utf8").catch(() => ""));
      if (owner !== pid && Number.isSafeInteger(owner) && owner > 0 && isProcessAlive(owner)) {
        throw new StoreError(`${folder.run} is still going on in process ${owner}`, {
          hint: "wait for it, or start a fresh run without --resume",
        });
      }
      await rm(file, { force: true });
    }
  }
  throw new StoreError(`${folder.run} was taken by another process just now`, {
    hint: "start a fresh run without --resume",
  });
}
