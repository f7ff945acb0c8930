import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { z } from "zod";
import type { Config } from "../../../config/config.ts";
import { matchModelEntry } from "../../../config/match-model.ts";
import { ConfigError, type ConfigIssue, NotFoundError, UsageError } from "../../../core/errors.ts";
import type { ModelConfiguration } from "../../../core/prompt/prompt.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { readPromptInput } from "../../../formats/foreign-prompt/read-prompt-input.ts";
import type { PromptWarning } from "../../../formats/prompt-file/parse-prompt-file.ts";
import { maxFileBytes } from "../../../formats/yaml/parse-yaml.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import { checkedPath } from "../../../registry/prompt-path.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { registryUpsertOutputSchema } from "./change-output.ts";
import { openRegistryCommand, textOption } from "./open.ts";

export async function upsertCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path: folder, models, print } = await openRegistryCommand(options, context);
  const { text, shown, own } = await readUpsertInput(file, folder, context);
  const { model, path: named, name, warnings = [], ...input } = readPromptInput(text, shown);
  const path = chooseUpsertPath({ flag: textOption(options, "path"), named, own, name }, shown);
  if (model.model === undefined) {
    throw new ConfigError([missingModel(shown)]);
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
    warnings: warnings.map(promptWarning),
  };
  for (const one of output.warnings) context.stderr.write(`warning: ${one}\n`);
  print(output, () => {
    const where = version.environments.length === 0 ? "" : `, deployed to ${version.environments.join(", ")}`;
    return `${version.uri} ${isNew ? "is new" : "is there already"}${where}\n`;
  });
  const isOwnFile = own !== undefined && /^v\d+\.prompt$/.test(basename(file));
  if (isOwnFile && basename(file) !== `v${version.version}.prompt`) {
    context.stderr.write(`note: versions are immutable; restore ${file} with: git checkout -- ${file}\n`);
  }
  return exitDone;
}

/** The error for a prompt that names no model. */
export function missingModel(file: string): ConfigIssue {
  const hint = "add a line such as model: gpt-4o-mini, or the same key in JSON";
  return { file, path: "model", message: "has no model", hint };
}

/** For example `a.prompty:3: samples are left out`. */
export function promptWarning({ file, line, message }: PromptWarning): string {
  return `${file}${line === undefined ? "" : `:${line}`}: ${message}`;
}

/** The given model entry, checked against the config; else the entry that matches the model. */
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

export interface UpsertInput {
  readonly text: string;
  /** Name for messages. Standard input has no ending that determines its format. */
  readonly shown: string;
  /** Path of the prompt whose registry folder contains the file. */
  readonly own?: string;
}

/** Reads a file, or standard input for `-`. Rejects with UsageError. */
export async function readUpsertInput(
  file: string,
  registry: string,
  { cwd, readStdin }: CliContext,
): Promise<UpsertInput> {
  if (file === "-") return { text: await readStdin(), shown: "standard input" };
  const place = resolve(cwd, file);
  const text = readInput(place, file);
  const own = pathInRegistry(place, registry);
  return { text, shown: file, ...(own === undefined ? {} : { own }) };
}

/** Prompt path from the flag, else from the input, else from its folder. */
function chooseUpsertPath(
  { flag, named, own, name }: Readonly<Record<"flag" | "named" | "own" | "name", string | undefined>>,
  shown: string,
): string {
  if (flag !== undefined && named !== undefined && checkedPath(flag) !== checkedPath(named)) {
    throw new UsageError(`${shown} has the path ${named}, but --path is ${flag}`, {
      hint: "remove one of them",
    });
  }
  const path = flag ?? named ?? own ?? name;
  if (path !== undefined) return path;
  throw new UsageError(`${shown} has no path`, {
    hint: "pass --path main/default/classifier or add a line path: … to it",
  });
}

function readInput(place: string, file: string): string {
  try {
    const found = statSync(place);
    if (!found.isFile()) throw new UsageError(`${file} is not a regular file`);
    if (found.size > maxFileBytes) throw new UsageError(`${file} is larger than ${maxFileBytes / 1e6} MB`);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(place));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (cause instanceof TypeError) throw new UsageError(`${file} is not UTF-8 text`, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : (code ?? "unknown reason");
    throw new UsageError(`${file} cannot be read: ${reason}`, { cause });
  }
}

function pathInRegistry(place: string, registry: string): string | undefined {
  try {
    const folder = relative(realpathSync(registry), dirname(realpathSync(place)));
    const isInside = folder !== "" && !folder.startsWith("..") && resolve(folder) !== folder;
    return isInside ? folder.split(sep).join("/") : undefined;
  } catch {
    return undefined;
  }
}
