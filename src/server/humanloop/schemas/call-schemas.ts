import { z } from "@hono/zod-openapi";
import { chatMessageSchema, givenPromptSchema, jsonMap, promptResponseSchema } from "./prompt-schemas.ts";

/** Any ISO 8601 form, also without a time zone. */
export const momentSchema = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), "is not an ISO 8601 time")
  .openapi({ format: "date-time" });

const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) }),
]);

/** Fields shared by calls and logs. */
const sharedShape = {
  path: z.string().nullish(),
  id: z.string().nullish(),
  messages: z.array(chatMessageSchema).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  prompt: givenPromptSchema.nullish(),
  inputs: jsonMap.nullish(),
  source: z.string().nullish(),
  metadata: jsonMap.nullish(),
  start_time: momentSchema.nullish(),
  end_time: momentSchema.nullish(),
  source_datapoint_id: z.string().nullish(),
  trace_parent_id: z.string().nullish(),
  user: z.string().nullish(),
  environment: z.string().nullish(),
  save: z.boolean().nullish(),
  log_id: z.string().min(1).nullish(),
};

export const callRequestSchema = z
  .object({
    ...sharedShape,
    provider_api_keys: z.record(z.string(), z.string().nullish()).nullish(),
    num_samples: z.int().min(1).max(100).nullish(),
    stream: z.boolean().nullish(),
    return_inputs: z.boolean().nullish(),
    logprobs: z.int().min(0).max(20).nullish(),
    suffix: z.string().nullish(),
  })
  .openapi("PromptCallRequest");

export type CallRequest = z.output<typeof callRequestSchema>;

/** The outcome of a call made by the application. */
const outcomeShape = {
  output: z.string().nullish(),
  output_message: chatMessageSchema.nullish(),
  created_at: momentSchema.nullish(),
  error: z.string().nullish(),
  provider_latency: z.number().min(0).nullish(),
  stdout: z.string().nullish(),
  prompt_tokens: z.int().min(0).nullish(),
  reasoning_tokens: z.int().min(0).nullish(),
  output_tokens: z.int().min(0).nullish(),
  prompt_cost: z.number().nullish(),
  output_cost: z.number().nullish(),
  finish_reason: z.string().nullish(),
  provider_request: jsonMap.nullish(),
  provider_response: jsonMap.nullish(),
};

export const logRequestSchema = z
  .object({ ...sharedShape, ...outcomeShape, run_id: z.string().nullish() })
  .openapi("PromptLogRequest");

export type LogRequest = z.output<typeof logRequestSchema>;

export const logUpdateSchema = z
  .object({
    ...outcomeShape,
    messages: sharedShape.messages,
    tool_choice: sharedShape.tool_choice,
    inputs: sharedShape.inputs,
    source: sharedShape.source,
    metadata: sharedShape.metadata,
    start_time: sharedShape.start_time,
    end_time: sharedShape.end_time,
  })
  .openapi("PromptLogUpdateRequest");

export type LogUpdate = z.output<typeof logUpdateSchema>;

const callLogSchema = z.looseObject({
  index: z.int(),
  id: z.string(),
  output: z.string().nullable(),
  created_at: z.string(),
  error: z.string().nullable(),
  finish_reason: z.string().nullable(),
});

export const callResponseSchema = z
  .looseObject({
    id: z.string(),
    prompt: promptResponseSchema,
    logs: z.array(callLogSchema),
    inputs: jsonMap,
    trace_id: z.string(),
    log_id: z.string(),
  })
  .openapi("PromptCallResponse");

export const createLogResponseSchema = z
  .object({ id: z.string(), prompt_id: z.string(), version_id: z.string(), session_id: z.null() })
  .openapi("CreatePromptLogResponse");

/** A log in `/logs`. */
export const logResponseSchema = z
  .looseObject({ id: z.string(), created_at: z.string(), evaluator_logs: z.array(jsonMap) })
  .openapi("LogResponse");
