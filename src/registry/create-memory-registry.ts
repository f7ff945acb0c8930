import type { PromptArchive } from "../contracts/registry.ts";
import { createArchive } from "./create-archive.ts";
import { createMemoryStorage } from "./memory/memory-storage.ts";
import type { RegistryOptions } from "./registry-clock.ts";

/** A registry that ends with the process; keeps the same contract as one on disk, and is never damaged. */
export function createMemoryRegistry(options: RegistryOptions = {}): PromptArchive {
  return createArchive(createMemoryStorage(), async () => ({ ok: true, damage: [], notes: [] }), options);
}
