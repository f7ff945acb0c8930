import { z } from "zod";
import { responseJson } from "../../../calls/prompt/call-json.ts";
import type { PromptCallResponse } from "../../../calls/prompt/prompt-call.ts";
import { registryShowOutputSchema, showOutput } from "../registry/output.ts";

const json = z.json();
const log = z.object({
  index: z.int(),
  id: z.string(),
  prompt_id: z.string(),
  version_id: z.string(),
  output: z.string().nullable(),
  output_message: z.record(z.string(), json).nullable(),
  created_at: z.string(),
  error: z.string().nullable(),
  provider_latency: z.number(),
  stdout: z.string().nullable(),
  prompt_tokens: z.int().nullable(),
  reasoning_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  prompt_cost: z.number().nullable(),
  output_cost: z.number().nullable(),
  finish_reason: z.string().nullable(),
});

/**
 * `call --json`: the first sample's fields, the version, all samples under `logs`, and the request values.
 */
export const callOutputSchema = log.extend({
  prompt: registryShowOutputSchema,
  logs: z.array(log),
  messages: z.array(z.record(z.string(), json)).nullable(),
  tool_choice: json,
  inputs: z.record(z.string(), json),
  source: z.string().nullable(),
  metadata: z.record(z.string(), json).nullable(),
  user: z.string().nullable(),
  environment: z.string().nullable(),
  save: z.boolean(),
  start_time: z.string(),
  end_time: z.string(),
  source_datapoint_id: z.string().nullable(),
  trace_parent_id: z.string().nullable(),
  trace_id: z.string(),
  log_id: z.string(),
});

export function callOutput(response: PromptCallResponse) {
  return responseJson(response, showOutput(response.version));
}
