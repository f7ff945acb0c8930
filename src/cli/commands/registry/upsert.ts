import { basename } from "node:path";
import type { z } from "zod";
import type { Config } from "../../../config/config.ts";
import { matchModelEntry } from "../../../config/match-model.ts";
import { ConfigError, NotFoundError } from "../../../core/errors.ts";
import type { ModelConfiguration } from "../../../core/prompt/prompt.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { readPromptInput } from "../../../formats/prompt-file/parse-prompt-file.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { registryUpsertOutputSchema } from "./change-output.ts";
import { openRegistryCommand, textOption } from "./open.ts";
import { chooseUpsertPath, readUpsertInput } from "./upsert-input.ts";

export async function upsertCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path: folder, models, print } = await openRegistryCommand(options, context);
  const { text, shown, own } = await readUpsertInput(file, folder, context);
  const { model, path: named, ...input } = readPromptInput(text, shown);
  const path = chooseUpsertPath({ flag: textOption(options, "path"), named, own }, shown);
  if (model.model === undefined) {
    const hint = "write model: gpt-4o-mini, or another one";
    throw new ConfigError([{ file: shown, path: "model", message: "names no model", hint }]);
  }
  checkValues(model, shown);
  const versionName = textOption(options, "versionName");
  const versionDescription = textOption(options, "versionDescription");
  const configuration = { ...model, model: model.model };
  const modelEntry = entryOf(textOption(options, "modelEntry"), configuration, await models());
  const { version, isNew } = await registry.upsert({
    ...input,
    path,
    model: configuration,
    ...(modelEntry === undefined ? {} : { modelEntry }),
    ...(versionName === undefined ? {} : { versionName }),
    ...(versionDescription === undefined ? {} : { versionDescription }),
  });
  const output: z.infer<typeof registryUpsertOutputSchema> = {
    path: version.path,
    prompt_id: version.promptId,
    version: version.version,
    version_id: version.versionId,
    version_name: version.versionName ?? null,
    digest: version.digest,
    uri: version.uri,
    is_new: isNew,
    environments: [...version.environments],
  };
  print(output, () => {
    const where = version.environments.length === 0 ? "" : `, deployed to ${version.environments.join(", ")}`;
    return `${version.uri} ${isNew ? "is new" : "is there already"}${where}\n`;
  });
  const isOwnFile = own !== undefined && /^v\d+\.prompt$/.test(basename(file));
  if (isOwnFile && basename(file) !== `v${version.version}.prompt`) {
    context.stderr.write(`note: versions never change; bring ${file} back with: git checkout -- ${file}\n`);
  }
  return exitDone;
}

/** The entry named, which must be one of the config's where there is a config; else the one that fits the model. */
function entryOf(
  named: string | undefined,
  model: ModelConfiguration,
  models: Config["models"] | undefined,
): string | undefined {
  if (models === undefined) return named;
  if (named === undefined) return matchModelEntry(model, models);
  if (Object.hasOwn(models, named)) return named;
  const known = Object.keys(models);
  throw new NotFoundError("model", named, nearNames(named, known), {
    hint: `the config's models are ${known.join(", ")}`,
  });
}
