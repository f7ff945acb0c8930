import type { PromptSummary } from "../../contracts/registry.ts";
import { ConflictError, UsageError } from "../../core/errors.ts";
import { type KnownPrompt, knownPrompt, promptSummary } from "../lookup/prompt-reader.ts";
import { parseReference } from "../lookup/reference.ts";
import { checkedPath } from "../prompt-path.ts";
import type { RegistryClock, RegistryStorage } from "../registry-storage.ts";
import { checkPromptName } from "./reserved-names.ts";

/** Moves a prompt to another path, where its id still finds it. Prompts in folders below it stay. */
export async function movePrompt(
  storage: RegistryStorage,
  reference: string,
  path: string,
  clock: RegistryClock,
): Promise<PromptSummary> {
  const target = checkedPath(path);
  return storage.write(async (writer) => {
    const known = await ownedPrompt(storage, reference);
    if (known.path === target) return promptSummary(storage, known);
    const { environments } = await storage.settings();
    checkPromptName(
      target,
      environments.map(({ name }) => name),
    );
    if ((await storage.numbers(target)).length > 0) {
      throw new ConflictError(`there is a prompt at ${target} already`, {
        hint: "choose another path, or delete that one first with: dao-opt registry delete",
      });
    }
    await writer.move(known.path, target, clock.now());
    return promptSummary(storage, { ...known, path: target });
  });
}

/** Takes a prompt away with all its versions and its history; prompts in folders below it stay. */
export async function deletePrompt(storage: RegistryStorage, reference: string): Promise<void> {
  return storage.write(async (writer) => {
    const { path } = await ownedPrompt(storage, reference);
    await writer.remove(path);
  });
}

/**
 * The prompt that a change of the whole of it means. Throws UsageError for a reference to one version: who
 * writes `path@3` does not mean all of them.
 */
async function ownedPrompt(storage: RegistryStorage, reference: string): Promise<KnownPrompt> {
  const { name, selector } = parseReference(reference);
  if (selector !== undefined || name.startsWith("prv_")) {
    throw new UsageError(`"${reference}" names one version, and a prompt is needed`, {
      hint: selector === undefined ? "give its path, or its id pr_…" : `leave the selector out: ${name}`,
    });
  }
  return knownPrompt(storage, reference);
}
