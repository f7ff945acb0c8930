import type { z } from "@hono/zod-openapi";
import type { PromptCallDetails } from "../../calls/prompt/prompt-call.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import { templateFromJson } from "../../core/prompt/template-json.ts";
import { readPromptInput } from "../../formats/foreign-prompt/read-prompt-input.ts";
import { configurationFromJson } from "../../formats/prompt-file/prompt-details.ts";
import type { kernelSchema } from "./schemas/prompt-schemas.ts";

/** Reads prompt details from request fields or from the text of a `.prompt` file. */
export function parseGivenDetails(
  given: z.output<typeof kernelSchema> | string,
): Required<PromptCallDetails> {
  if (typeof given === "string") return detailsOfText(given);
  const { template, template_language: language, linked_tools: linked, attributes, ...fields } = given;
  // Linked tools are not supported, but their names are part of the version identity.
  const named =
    linked === null || linked === undefined || linked.length === 0 ? {} : { linked_tools: linked };
  const own = { ...attributes, ...named };
  const model = configurationFromJson({
    ...fields,
    ...(Object.keys(own).length === 0 ? {} : { attributes: own }),
  });
  return {
    model: { ...model, model: given.model },
    template: templateFromJson((template ?? "") as string | readonly JsonObject[]),
    templateLanguage: language ?? "default",
  };
}

function detailsOfText(text: string): Required<PromptCallDetails> {
  const { template, templateLanguage, model } = readPromptInput(text, "prompt.prompt");
  if (model.model === undefined)
    throw new UsageError("the .prompt text has no model", {
      hint: "add a line `model: …` to its front matter",
    });
  return { model: { ...model, model: model.model }, template, templateLanguage };
}

/** Tags are strings in this API and key-value pairs in the registry: `team=growth`. */
export function tagsOfTexts(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, ""];
    }),
  );
}

export function textsOfTags(tags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(tags).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
}
