import { RegistryError } from "../../core/errors.ts";
import type { ReadResult } from "./finding.ts";

/** The result of a read, or why it failed; anything but damage is thrown on. */
export function tryRead<T>(read: () => T): ReadResult<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof RegistryError) return { problem: error.message };
    throw error;
  }
}

export function readValue<T>(result: ReadResult<T>): T | undefined {
  return "value" in result ? result.value : undefined;
}
