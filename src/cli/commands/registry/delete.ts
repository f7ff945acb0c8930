import type { z } from "zod";
import { UsageError } from "../../../core/errors.ts";
import { parseReference } from "../../../registry/lookup/reference.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import type { registryDeleteOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

type Output = z.infer<typeof registryDeleteOutputSchema>;

export async function deleteCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const { name, selector } = parseReference(reference);
  if (selector !== undefined || name.startsWith("prv_")) {
    const version = await registry.get(reference);
    const { path, promptId: prompt_id } = version;
    await registry.deleteVersion(version.versionId);
    const output: Output = { path, prompt_id, versions: [version.version], is_prompt: false };
    print(output, () => `version ${version.version} of ${path} deleted; its number is not reused\n`);
    return exitDone;
  }
  const { path, promptId: prompt_id } = await registry.prompt(reference);
  const versions = (await registry.history(path)).map(({ version }) => version);
  if (options["yes"] !== true) {
    throw new UsageError(`this would delete ${path} with ${countOf(versions.length, "version")}`, {
      hint: `confirm with --yes; to delete one version, name it: ${path}@${versions.at(-1) ?? 1}`,
    });
  }
  await registry.deletePrompt(prompt_id);
  const output: Output = { path, prompt_id, versions, is_prompt: true };
  print(output, () => `${path} deleted with ${countOf(versions.length, "version")}\n`);
  return exitDone;
}
