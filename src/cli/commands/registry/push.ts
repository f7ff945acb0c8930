import type { z } from "zod";
import { pushPrompt } from "../../../mlflow/prompts/push-prompt.ts";
import { pushOfVersion } from "../../../mlflow/prompts/version-push.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openRegistryCommand, textOption } from "./open.ts";
import type { registryPushOutputSchema } from "./transfer-output.ts";

export async function pushCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, mlflow, print } = await openRegistryCommand(options, context);
  const version = await registry.get(reference, { defaultSelector: "latest" });
  const { tags } = await registry.prompt(version.path);
  const alias = textOption(options, "alias");
  const client = await mlflow();
  const pushed = await pushPrompt(client, pushOfVersion(version, { tags, alias }));
  const output: z.infer<typeof registryPushOutputSchema> = {
    path: version.path,
    version: version.version,
    version_id: version.versionId,
    url: client.address,
    name: pushed.name,
    mlflow_version: pushed.version,
    mlflow_uri: pushed.uri,
    alias: alias ?? null,
    is_new: pushed.isNew,
  };
  print(output, () => {
    const named = alias === undefined ? "" : `, with the alias ${alias}`;
    return `${pushed.uri} ${pushed.isNew ? "is new" : "is there already"} at ${client.address}${named}\n`;
  });
  return exitDone;
}
