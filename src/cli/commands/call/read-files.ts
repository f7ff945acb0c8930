import type { PromptCallDetails } from "../../../calls/prompt/prompt-call.ts";
import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { ConfigError, UsageError } from "../../../core/errors.ts";
import { readPromptInput } from "../../../formats/prompt-file/parse-prompt-file.ts";
import { parseYaml } from "../../../formats/yaml/parse-yaml.ts";
import type { CliContext } from "../../context.ts";
import { readUpsertInput } from "../registry/upsert-input.ts";

/** The object of variables in a JSON or YAML file; `-` is standard input. */
export async function readInputsFile(
  file: string,
  registryPath: string,
  context: CliContext,
): Promise<JsonObject> {
  const { text, shown } = await readUpsertInput(file, registryPath, context);
  // JSON is YAML, so one reader takes both; it takes no tags and no flood of aliases.
  const { value, problems } = parseYaml(text);
  if (problems.length > 0) {
    throw new ConfigError(
      problems.map(({ message, line, column }) => ({ file: shown, path: "", message, line, column })),
      { subject: "the inputs" },
    );
  }
  if (isJsonObject(value)) return value;
  throw new UsageError(`--inputs: ${shown} holds no object of variables`, {
    hint: 'write it as {"text": "a fine day"}',
  });
}

/** The prompt of a `.prompt`, YAML or JSON file, with the path that it names or that its folder has. */
export async function readPromptDetails(
  file: string,
  registryPath: string,
  context: CliContext,
): Promise<{ readonly path: string | undefined; readonly prompt: PromptCallDetails }> {
  const { text, shown, own } = await readUpsertInput(file, registryPath, context);
  const { model, template, templateLanguage, path = own } = readPromptInput(text, shown);
  if (model.model === undefined) {
    const hint = "write model: gpt-4o-mini, or another one";
    throw new ConfigError([{ file: shown, path: "model", message: "names no model", hint }]);
  }
  return { path, prompt: { model: { ...model, model: model.model }, template, templateLanguage } };
}
