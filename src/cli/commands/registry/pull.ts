import type { z } from "zod";
import { matchModelEntry } from "../../../config/match-model.ts";
import type { PromptArchive, PromptVersion } from "../../../contracts/registry.ts";
import { defined } from "../../../core/defined.ts";
import { UsageError } from "../../../core/errors.ts";
import type { MlflowPromptVersion } from "../../../mlflow/prompts/prompt-version.ts";
import { pullPrompt } from "../../../mlflow/prompts/pull-prompt.ts";
import { draftOfPulled } from "../../../mlflow/prompts/pulled-draft.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openRegistryCommand, textOption } from "./open.ts";
import type { registryPullOutputSchema } from "./transfer-output.ts";

export async function pullCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, models, mlflow, print } = await openRegistryCommand(options, context);
  const client = await mlflow();
  const pulled = await pullPrompt(client, reference);
  const { version, isNew } =
    (await pushedFrom(registry, pulled)) ??
    (await file(registry, pulled, textOption(options, "model"), await models()));
  const output: z.infer<typeof registryPullOutputSchema> = {
    path: version.path,
    version: version.version,
    version_id: version.versionId,
    digest: version.digest,
    uri: version.uri,
    is_new: isNew,
    environments: [...version.environments],
    url: client.address,
    mlflow_uri: pulled.uri,
  };
  print(output, () => `${version.uri} ${isNew ? "is new" : "is there already"}, from ${pulled.uri}\n`);
  return exitDone;
}

/** The version that was pushed from here: MLflow's model keys cannot hold all of it. */
async function pushedFrom(registry: PromptArchive, { versionId }: MlflowPromptVersion) {
  const version = versionId === undefined ? undefined : await registry.find(versionId);
  return version === undefined ? undefined : { version, isNew: false };
}

async function file(
  registry: PromptArchive,
  pulled: MlflowPromptVersion,
  model: string | undefined,
  models: Parameters<typeof matchModelEntry>[1] | undefined,
): Promise<{ readonly version: PromptVersion; readonly isNew: boolean }> {
  const known = await registry.find(`${pulled.path}@latest`);
  const draft = draftOfPulled(pulled, model === undefined ? known?.model : { model });
  if (draft === undefined) {
    throw new UsageError(`${pulled.uri} names no model, and the registry has no version of ${pulled.path}`, {
      hint: "name the model that it is for, for example --model gpt-4o-mini",
    });
  }
  checkValues(draft.model, pulled.uri);
  const { tags, ...rest } = draft;
  return registry.upsert({
    ...rest,
    // The registry's own tags stay.
    ...defined({
      tags: known === undefined ? tags : undefined,
      modelEntry: models === undefined ? undefined : matchModelEntry(draft.model, models),
    }),
  });
}
