import { UsageError } from "../../core/errors.ts";
import { type KnownPrompt, knownPrompt } from "../lookup/prompt-reader.ts";
import { parseReference } from "../lookup/reference.ts";
import type { RegistryStorage } from "../registry-storage.ts";

/**
 * The prompt that a change of the whole of it means. Throws UsageError for a reference to one version: who
 * writes `path@3` does not mean all of them.
 */
export async function ownedPrompt(storage: RegistryStorage, reference: string): Promise<KnownPrompt> {
  const { name, selector } = parseReference(reference);
  if (selector !== undefined || name.startsWith("prv_")) {
    throw new UsageError(`"${reference}" names one version, and a prompt is needed`, {
      hint: selector === undefined ? "give its path, or its id pr_…" : `leave the selector out: ${name}`,
    });
  }
  return knownPrompt(storage, reference);
}
