import type { z } from "zod";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { registryMoveOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

export async function moveCommand(
  [reference = "", path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const before = await registry.prompt(reference);
  const { path: now, promptId, latest } = await registry.move(reference, path);
  const output: z.infer<typeof registryMoveOutputSchema> = {
    from: before.path,
    path: now,
    prompt_id: promptId,
    latest,
  };
  print(output, () => `${before.path} → ${now}\n`);
  return exitDone;
}
