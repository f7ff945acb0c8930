import { setTimeout as sleep } from "node:timers/promises";
import { NotFoundError, RegistryError } from "../../core/errors.ts";

const pausesMs = [5, 20, 60];

/**
 * Reads again when a read failed: a prompt that is moved or deleted meanwhile is gone file by file, and a
 * reader that had found it would take it for damaged. What is wrong stays wrong, and is told the last time.
 */
export async function settledRead<T>(read: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await read();
    } catch (error) {
      const isPassing =
        error instanceof RegistryError || (error instanceof NotFoundError && error.kind === "version");
      if (!isPassing) throw error;
      await sleep(pauseMs);
    }
  }
  return read();
}
