import type { PromptSummary } from "../../contracts/registry.ts";
import { ConflictError } from "../../core/errors.ts";
import { promptSummary } from "../lookup/prompt-reader.ts";
import { checkedPath } from "../prompt-path.ts";
import type { RegistryClock } from "../registry-clock.ts";
import type { RegistryStorage } from "../registry-storage.ts";
import { ownedPrompt } from "./owned-prompt.ts";
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
