import type { PromptSummary } from "../../contracts/registry.ts";
import { ConflictError } from "../../core/errors.ts";
import { checkedPath } from "../prompt-path.ts";
import { promptSummary } from "../prompt-reader.ts";
import type { RegistryClock } from "../registry-clock.ts";
import { checkPromptName } from "../reserved-names.ts";
import type { Shelf } from "../shelf.ts";
import { ownedPrompt } from "./owned-prompt.ts";

/** Moves a prompt to another path, where its id still finds it. Prompts in folders below it stay. */
export async function movePrompt(
  shelf: Shelf,
  reference: string,
  path: string,
  clock: RegistryClock,
): Promise<PromptSummary> {
  const target = checkedPath(path);
  return shelf.write(async (desk) => {
    const known = await ownedPrompt(shelf, reference);
    if (known.path === target) return promptSummary(shelf, known);
    const { environments } = await shelf.settings();
    checkPromptName(
      target,
      environments.map(({ name }) => name),
    );
    if ((await shelf.numbers(target)).length > 0) {
      throw new ConflictError(`there is a prompt at ${target} already`, {
        hint: "choose another path, or delete that one first with: dao-opt registry delete",
      });
    }
    await desk.move(known.path, target, clock.now());
    return promptSummary(shelf, { ...known, path: target });
  });
}
