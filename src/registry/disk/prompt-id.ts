import { RegistryError } from "../../core/errors.ts";
import { parsePromptYaml } from "../records/prompt-yaml.ts";
import { promptFile } from "./layout.ts";
import { readText } from "./read-text.ts";

/** The id in a folder's `prompt.yaml`; undefined when there is none that can be read. */
export function promptIdIn(folder: string, directory: string): string | undefined {
  const file = promptFile(folder);
  try {
    const text = readText(file, directory);
    return text === undefined ? undefined : parsePromptYaml(text, file).id;
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
