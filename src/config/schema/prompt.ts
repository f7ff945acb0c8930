import { z } from "zod";
import { ignoredPromptKeys } from "../layout.ts";
import { name, positiveInteger, reference, withoutEffect } from "./fields.ts";

/** Only the two names of a schema matter; they form the prompt's folder. */
export const schemaSchema = z
  .strictObject({
    catalog_name: name().describe("first folder of the prompts of this schema"),
    schema_name: name().describe("second folder"),
    ...withoutEffect(["permissions"]),
  })
  .meta({ id: "schema", description: "folder of prompts: catalog_name/schema_name" });

const message = z.strictObject({
  role: name().describe(
    "system, user, assistant …; chat_history inserts the messages of the variable named in `content`",
  ),
  content: z.string().describe("text with {{variables}}"),
});

const template = z.union([
  z.string(),
  z.array(message).min(1),
  z.strictObject({ file: name().describe("path of a text or `.prompt` file, relative to this file") }),
]);

/** An entry of `prompts`, as written. */
export const promptSchema = z
  .strictObject({
    name: name().optional().describe("last part of the prompt's path in the registry; default: the key"),
    schema: reference(schemaSchema)
      .optional()
      .describe("folder of the prompt: an object, or the key of a schema; default: none"),
    description: z.string().optional().describe("free text"),
    default_template: template
      .optional()
      .describe(
        "text (sent as one user message), a list of {role, content}, or {file: path}; used until the registry has the prompt",
      ),
    template: template.optional().describe("same as default_template, in the later dao-ai dialect"),
    file: name()
      .optional()
      .describe(
        "path of the template's file, relative to this file; short for default_template: {file: path}",
      ),
    version: z
      .union([positiveInteger(), z.literal("config")])
      .optional()
      .describe(
        "registry version to start from, or config for the template here; default: the latest version, or the template if the registry has none",
      ),
    alias: name()
      .optional()
      .describe("registry environment to start from, such as production; cannot be combined with version"),
    template_language: z
      .enum(["default", "jinja", "single_brace"])
      .default("default")
      .describe(
        "default: only {{name}}; jinja: sandboxed, with logic; single_brace: {name}, as in Python and dao-ai (stored as {{name}})",
      ),
    locked: z
      .array(z.string().min(1))
      .default([])
      .describe("spans of the template that every candidate must keep verbatim"),
    max_prompt_tokens: positiveInteger()
      .optional()
      .describe("maximum tokens of a candidate (estimated); default: no limit"),
    tags: z
      .record(z.string(), z.json())
      .default({})
      .describe("labels stored with the prompt in the registry; lists and maps as JSON text"),
    ...withoutEffect(ignoredPromptKeys),
  })
  .meta({ id: "prompt", description: "a prompt to optimize or call" });

export type WrittenSchema = z.output<typeof schemaSchema>;
export type WrittenPrompt = z.output<typeof promptSchema>;
export type WrittenTemplate = z.output<typeof template>;
