import { readdirSync } from "node:fs";
import { expect } from "vitest";
import { RegistryError } from "../../../src/core/errors.ts";

/** The RegistryError with which a promise is rejected. */
export async function registryFailure(promise: Promise<unknown>): Promise<RegistryError> {
  const error = await promise.then(
    () => expect.unreachable("it was expected to be rejected"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RegistryError);
  return error as RegistryError;
}

/** All paths below a folder. */
export function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}
