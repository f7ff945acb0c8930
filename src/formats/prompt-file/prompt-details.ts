import { z } from "zod";
import type { JsonObject } from "../../core/data/json.ts";
import type { ModelConfiguration, Template, TemplateLanguage } from "../../core/prompt/prompt.ts";
import { templateFromJson, templateToJson } from "../../core/prompt/template-json.ts";

/** Everything in a version's identity. */
export interface PromptDetails {
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  readonly model: ModelConfiguration;
}

const object = z.record(z.string(), z.json());
const toolCall = z.strictObject({
  id: z.string(),
  type: z.literal("function").nullish(),
  function: z.strictObject({ name: z.string(), arguments: z.string().nullish() }),
});
const message = z.strictObject({
  role: z.string().min(1),
  content: z.union([z.string(), z.array(object)]).nullish(),
  name: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().nullish(),
});

/** A text, or a list of `{role, content}` with optional content parts and tool calls. */
const templateSchema = z.union([z.string(), z.array(message)]);

/**
 * The same under wire names: keys of a `.prompt` file's front matter and of the prompts API. `null` equals an
 * absent key.
 */
export const detailsShape = {
  model: z.string().min(1),
  provider: z.string().min(1).nullish(),
  endpoint: z.string().min(1).nullish(),
  template_language: z.enum(["default", "jinja"]).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  max_tokens: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  response_format: object.nullish(),
  reasoning_effort: z.union([z.string(), z.int()]).nullish(),
  tools: z.array(object).nullish(),
  tool_choice: z.json().nullish(),
  attributes: object.nullish(),
  other: object.nullish(),
  template: templateSchema.nullish(),
};

/** Model configuration and template under snake_case keys, in the order of the file. */
export function detailsToJson({ template, templateLanguage, model }: PromptDetails): JsonObject {
  const { presencePenalty, frequencyPenalty, responseFormat, reasoningEffort, toolChoice } = model;
  const entries: JsonObject = {
    model: model.model,
    provider: model.provider ?? null,
    endpoint: model.endpoint ?? null,
    template_language: templateLanguage === "default" ? null : templateLanguage,
    temperature: model.temperature ?? null,
    top_p: model.topP ?? null,
    max_tokens: model.maxTokens ?? null,
    stop: model.stop ?? null,
    seed: model.seed ?? null,
    presence_penalty: presencePenalty ?? null,
    frequency_penalty: frequencyPenalty ?? null,
    response_format: responseFormat ?? null,
    reasoning_effort: reasoningEffort ?? null,
    tools: model.tools ?? null,
    tool_choice: toolChoice ?? null,
    attributes: model.attributes ?? null,
    other: model.other ?? null,
    template: templateToJson(template),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null));
}

/** Exactly the keys of a version's details, as in a registry export. */
export const detailsSchema = z.strictObject({ ...detailsShape, template: templateSchema });

export function detailsFromKeys(read: z.output<typeof detailsSchema>): PromptDetails {
  const model = { ...configurationFromJson(read), model: read.model };
  const template = templateFromJson(read.template as string | readonly JsonObject[]);
  return { template, templateLanguage: read.template_language ?? "default", model };
}

const names: Readonly<Record<string, keyof ModelConfiguration>> = {
  model: "model",
  provider: "provider",
  endpoint: "endpoint",
  temperature: "temperature",
  top_p: "topP",
  max_tokens: "maxTokens",
  stop: "stop",
  seed: "seed",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  response_format: "responseFormat",
  reasoning_effort: "reasoningEffort",
  tools: "tools",
  tool_choice: "toolChoice",
  attributes: "attributes",
  other: "other",
};

/** Keys of a model configuration that a version cannot store. */
export function unknownConfigurationKeys(model: ModelConfiguration): readonly string[] {
  const known: readonly string[] = Object.values(names);
  return Object.keys(model).filter((key) => !known.includes(key));
}

/** A model configuration, possibly without a model name. */
export type PartialConfiguration = Partial<ModelConfiguration>;

/** Reads a model configuration from validated snake_case keys; ignores other keys and nulls. */
export function configurationFromJson(values: Readonly<Record<string, unknown>>): PartialConfiguration {
  const pairs = Object.entries(names)
    .map(([from, to]) => [to, values[from]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return Object.freeze(Object.fromEntries(pairs));
}
