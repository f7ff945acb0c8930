import { z } from "zod";
import { name, positiveInteger, reference, withoutEffect } from "./fields.ts";

export const ignoredPromptKeys = ["auto_register"] as const;

/** Of a schema only its two names matter; they are the prompt's folder. */
export const schemaSchema = z
  .strictObject({
    catalog_name: name().describe("first folder of the prompts of this schema"),
    schema_name: name().describe("second folder"),
    ...withoutEffect(["permissions"]),
  })
  .meta({ id: "schema", description: "folder of prompts: catalog_name/schema_name" });

const message = z.strictObject({
  role: name().describe(
    "system, user, assistant …; chat_history stands for the messages of the variable named in `content`",
  ),
  content: z.string().describe("text with {{variables}}"),
});

const template = z.union([
  z.string(),
  z.array(message).min(1),
  z.strictObject({ file: name().describe("path of a text or `.prompt` file, relative to this one") }),
]);

/** A prompt of `prompts`, as written. */
export const promptSchema = z
  .strictObject({
    name: name().optional().describe("last part of the prompt's path in the registry; default: its key"),
    schema: reference(schemaSchema)
      .optional()
      .describe("folder of the prompt: a schema, or the key of one; default: none"),
    description: z.string().optional().describe("for readers"),
    default_template: template
      .optional()
      .describe(
        "text (sent as one user message), a list of {role, content}, or {file: path}; used while the registry does not have the prompt",
      ),
    template: template.optional().describe("the same as default_template, in the later dialect"),
    file: name()
      .optional()
      .describe(
        "path of the template's file, relative to this one: short for default_template: {file: path}",
      ),
    version: z
      .union([positiveInteger(), z.literal("config")])
      .optional()
      .describe(
        "version of the registry to start from, or config for the template here; default: the latest version, or the template while the registry has none",
      ),
    alias: name()
      .optional()
      .describe("environment of the registry to start from, such as production; not together with version"),
    template_language: z
      .enum(["default", "jinja", "single_brace"])
      .default("default")
      .describe(
        "default: {{name}} only; jinja: sandboxed, with logic; single_brace: {name}, as Python and dao-ai write it (kept as {{name}})",
      ),
    locked: z
      .array(z.string().min(1))
      .default([])
      .describe("spans of the template that every candidate keeps word for word"),
    max_prompt_tokens: positiveInteger()
      .optional()
      .describe("most tokens a candidate may have (estimated); default: no cap"),
    tags: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe("labels kept with the prompt in the registry"),
    ...withoutEffect(ignoredPromptKeys),
  })
  .meta({ id: "prompt", description: "a prompt to be optimised or used" });

export type WrittenSchema = z.output<typeof schemaSchema>;
export type WrittenPrompt = z.output<typeof promptSchema>;
export type WrittenTemplate = z.output<typeof template>;
