import { dirname } from "node:path";
import { ensureFolder } from "../../disk/ensure-folder.ts";
import { openReplacement } from "../store/replacement-file.ts";
import { writeFailure } from "../store/store-failure.ts";

/**
 * Writes a file piece by piece; it is there whole at the end, or as it was. Rejects with StoreError when the
 * disk refuses, and with whatever the work does.
 */
export async function writeWhole<T>(
  file: string,
  work: (write: (text: string) => void) => Promise<T>,
): Promise<T> {
  try {
    await ensureFolder(dirname(file));
    const target = openReplacement(file);
    try {
      const result = await work(target.write);
      await target.commit();
      return result;
    } finally {
      await target.discard();
    }
  } catch (error) {
    throw writeFailure(error, file);
  }
}
