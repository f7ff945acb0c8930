import type { PromptAdministration, PromptSummary } from "../../contracts/registry.ts";
import { ConflictError, UsageError } from "../../core/errors.ts";
import { jsonProblem } from "../../formats/yaml/parse-yaml.ts";
import { type KnownPrompt, knownPrompt, promptSummary } from "../lookup/prompt-reader.ts";
import { parseReference } from "../lookup/reference.ts";
import { checkedPath } from "../prompt-path.ts";
import type { PromptRecord, RegistryClock, RegistryStorage } from "../registry-storage.ts";
import { checkPromptName } from "./reserved-names.ts";

/** Moves a prompt and keeps its id. Prompts in subfolders stay. */
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
      throw new ConflictError(`there is already a prompt at ${target}`, {
        hint: "choose another path or delete that prompt first with: dao-opt registry delete",
      });
    }
    await writer.move(known.path, target, clock.now());
    return promptSummary(storage, { ...known, path: target });
  });
}

type PromptDetailChanges = Parameters<PromptAdministration["describePrompt"]>[1];

/** Changes the description or the tags of a prompt. Its versions stay. */
export async function describePrompt(
  storage: RegistryStorage,
  reference: string,
  { description, tags }: PromptDetailChanges,
): Promise<PromptSummary> {
  return storage.write(async (writer) => {
    const known = await ownedPrompt(storage, reference);
    const { description: before, ...kept } = known.prompt;
    const text = description === undefined ? before : description;
    const next: PromptRecord = {
      ...kept,
      ...(typeof text === "string" ? { description: text } : {}),
      tags: tags ?? kept.tags,
    };
    const problem = jsonProblem(next);
    if (problem !== undefined) throw new UsageError(`cannot describe ${known.path}: ${problem}`);
    await writer.savePrompt(known.path, next);
    return promptSummary(storage, { ...known, prompt: next });
  });
}

/** Deletes a prompt with its versions and history. Prompts in subfolders stay. */
export async function deletePrompt(storage: RegistryStorage, reference: string): Promise<void> {
  return storage.write(async (writer) => {
    const { path } = await ownedPrompt(storage, reference);
    await writer.remove(path);
  });
}

/**
 * Finds the prompt for a change of the whole prompt. Throws UsageError for a reference with a selector:
 * `path@3` does not mean all versions.
 */
async function ownedPrompt(storage: RegistryStorage, reference: string): Promise<KnownPrompt> {
  const { name, selector } = parseReference(reference);
  if (selector !== undefined || name.startsWith("prv_")) {
    throw new UsageError(`"${reference}" selects a version, but a prompt is required`, {
      hint: selector === undefined ? "use its path or its id pr_…" : `remove the selector: ${name}`,
    });
  }
  return knownPrompt(storage, reference);
}
