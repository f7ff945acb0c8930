import { resolve } from "node:path";
import type { PromptArchive } from "../contracts/registry.ts";
import { createArchive } from "./create-archive.ts";
import { createDiskStorage } from "./disk/disk-storage.ts";
import { type RegistryOptions, registryClock } from "./registry-storage.ts";
import { verifyRegistry } from "./verify/verify-registry.ts";

/**
 * Opens the registry in a folder. A missing folder reads as an empty registry; the first write creates it. `by` is
 * the default author.
 */
export function openRegistry(directory: string, options: RegistryOptions = {}): PromptArchive {
  const root = resolve(directory);
  const { now } = registryClock(options);
  const verify: PromptArchive["verify"] = (given) => verifyRegistry(root, given?.repair === true, now());
  return createArchive(createDiskStorage(root), verify, options);
}
