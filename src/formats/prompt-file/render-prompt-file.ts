import { isDaoOptError, RegistryError } from "../../core/errors.ts";
import { renderYaml } from "../yaml/parse-yaml.ts";
import { renderMessageTags } from "./message-tags.ts";
import { detailsDigest } from "./normal-form.ts";
import { parsePromptFile } from "./parse-prompt-file.ts";
import { detailsToJson, type PromptDetails } from "./prompt-details.ts";

/**
 * Renders a version's details as a `.prompt` file that reads back byte for byte. A text that the plain form
 * would misread (because it starts with a role's tag or contains a closing one) goes into the front matter as
 * `template`. Throws RegistryError if no form reads back the same.
 */
export function renderPromptFile(details: PromptDetails): string {
  const { template, ...configuration } = detailsToJson(details);
  const body = typeof details.template === "string" ? details.template : renderMessageTags(details.template);
  const whole = { ...configuration, template: template ?? "" };
  const digest = detailsDigest(details);
  const forms = [
    () => fileOf(renderYaml(configuration), body),
    () => fileOf(renderYaml(whole)),
    () => fileOf(`${JSON.stringify(whole)}\n`),
  ];
  for (const form of forms) {
    const text = form();
    if (digestOfFile(text) === digest) return text;
  }
  throw new RegistryError("the template cannot be written as a .prompt file that reads back the same");
}

/** The details in a `.prompt` file. Throws ConfigError if it cannot be read or names no model. */
export function detailsOfFile(text: string, file: string): PromptDetails {
  const { template, templateLanguage, model } = parsePromptFile(text, file);
  return { template, templateLanguage, model: { ...model, model: model.model ?? "" } };
}

function fileOf(frontMatter: string, body?: string): string {
  return body === undefined ? `---\n${frontMatter}---\n` : `---\n${frontMatter}---\n\n${body}\n`;
}

function digestOfFile(text: string): string | undefined {
  try {
    return detailsDigest(detailsOfFile(text, ""));
  } catch (error) {
    if (isDaoOptError(error)) return undefined;
    throw error;
  }
}
