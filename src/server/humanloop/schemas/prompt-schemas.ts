import { z } from "@hono/zod-openapi";
import { jsonValue } from "../../route-group.ts";

export const jsonMap = z.record(z.string(), jsonValue);

const functionCall = z.object({ name: z.string(), arguments: z.string().nullish() });
const part = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("image_url"),
    image_url: z.object({ url: z.string(), detail: z.string().nullish() }),
  }),
  z.looseObject({ type: z.string() }),
]);

/** A message of a call, a log or a chat template. */
export const chatMessageSchema = z
  .object({
    role: z.enum(["user", "assistant", "system", "tool", "developer"]),
    content: z.union([z.string(), z.array(part)]).nullish(),
    name: z.string().nullish(),
    tool_call_id: z.string().nullish(),
    tool_calls: z
      .array(z.object({ id: z.string(), type: z.literal("function"), function: functionCall }))
      .nullish(),
  })
  .openapi("ChatMessage");

const tool = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  strict: z.boolean().nullish(),
  parameters: jsonMap.nullish(),
});

const historyMessage = z.object({ role: z.literal("chat_history"), content: z.string() });

/** Fields of the version identity. `null` counts as absent. */
const kernelShape = {
  model: z.string().min(1),
  endpoint: z.enum(["complete", "chat", "edit"]).nullish(),
  template: z.union([z.string(), z.array(z.union([chatMessageSchema, historyMessage]))]).nullish(),
  template_language: z.enum(["default", "jinja"]).nullish(),
  provider: z.string().min(1).nullish(),
  max_tokens: z.int().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  other: jsonMap.nullish(),
  seed: z.int().nullish(),
  response_format: jsonMap.nullish(),
  reasoning_effort: z.union([z.string(), z.int()]).nullish(),
  tools: z.array(tool).nullish(),
  linked_tools: z.array(z.string()).nullish(),
  attributes: jsonMap.nullish(),
};

export const kernelSchema = z.object(kernelShape).openapi("PromptKernel");

/** Details in a call or log: an object or the text of a `.prompt` file. */
export const givenPromptSchema = z.union([kernelSchema, z.string()]);

export const promptRequestSchema = z
  .object({
    path: z.string().nullish(),
    id: z.string().nullish(),
    ...kernelShape,
    version_name: z.string().nullish(),
    version_description: z.string().nullish(),
    description: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    readme: z.string().nullish(),
    commit_message: z.string().nullish(),
  })
  .openapi("PromptRequest");

export const environmentSchema = z
  .object({
    id: z.string(),
    created_at: z.string().optional(),
    name: z.string(),
    tag: z.enum(["default", "other"]),
  })
  .openapi("Environment");

/** A prompt with the fields of one of its versions. */
export const promptResponseSchema = z
  .looseObject({
    path: z.string(),
    id: z.string(),
    directory_id: z.string(),
    name: z.string(),
    version_id: z.string(),
    type: z.literal("prompt"),
    model: z.string(),
    template: z.union([z.string(), z.array(z.record(z.string(), jsonValue))]),
    version_name: z.string().nullable(),
    version_description: z.string().nullable(),
    description: z.string().nullable(),
    tags: z.array(z.string()),
    readme: z.string().nullable(),
    environments: z.array(environmentSchema),
    created_at: z.string(),
    updated_at: z.string(),
    last_used_at: z.string(),
    version_logs_count: z.int(),
    total_logs_count: z.int(),
    inputs: z.array(z.object({ name: z.string() })),
  })
  .openapi("PromptResponse");

export const promptPageSchema = z
  .object({ records: z.array(promptResponseSchema), page: z.int(), size: z.int(), total: z.int() })
  .openapi("PaginatedPrompts");

const place = z.union([z.string(), z.int()]);

export const problemSchema = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ loc: z.array(place), msg: z.string(), type: z.string() })),
      z.record(z.string(), jsonValue),
    ]),
  })
  .openapi("HumanloopProblem");
