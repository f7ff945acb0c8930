import { z } from "@hono/zod-openapi";
import { chatMessageSchema, jsonMap } from "./chat-message.ts";

const tool = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  strict: z.boolean().nullish(),
  parameters: jsonMap.nullish(),
});

const historyMessage = z.object({ role: z.literal("chat_history"), content: z.string() });

/** The details that make a version what it is. `null` is the same as not given. */
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

/** Details beside a call or a log: an object, or the text of a `.prompt` file. */
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
