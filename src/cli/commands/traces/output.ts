import { z } from "zod";

const json = z.json();
const text = z.string();
const object = z.record(text, json);
const toolCall = z.looseObject({ id: text, type: text });
const message = z.looseObject({
  role: text,
  content: z.union([text, z.array(object), z.null()]),
  name: text.optional(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: text.optional(),
});
const feedback = z.looseObject({
  rating: z.number().optional(),
  better_response: text.optional(),
  comment: text.optional(),
  at: text,
  by: text.optional(),
});

/** A trace as in `traces show --json`, `traces tail --json` and the stored files. Allows further keys. */
export const traceOutputSchema = z.looseObject({
  trace_id: text,
  started_at: text,
  ended_at: text.optional(),
  parent_id: text.optional(),
  chain_id: text.optional(),
  chat_id: text.optional(),
  event_id: text.optional(),
  feedback_key: text.optional(),
  name: text.optional(),
  prompt: z
    .looseObject({
      path: text.optional(),
      version: z.number().optional(),
      version_id: text.optional(),
      template: json.optional(),
    })
    .optional(),
  inputs: object.optional(),
  messages: z.array(message).optional(),
  output: text.nullable().optional(),
  output_message: message.optional(),
  tool_calls: z.array(toolCall).optional(),
  model: text.optional(),
  provider: text.optional(),
  parameters: object.optional(),
  usage: z
    .looseObject({
      input_tokens: z.number().optional(),
      output_tokens: z.number().optional(),
      reasoning_tokens: z.number().optional(),
    })
    .optional(),
  prompt_cost_usd: z.number().nullable().optional(),
  output_cost_usd: z.number().nullable().optional(),
  cost_usd: z.number().nullable().optional(),
  finish_reason: text.optional(),
  error: text.optional(),
  latency_ms: z.number().optional(),
  environment: text.optional(),
  source: text.optional(),
  user: text.optional(),
  metadata: object.optional(),
  source_datapoint_id: text.optional(),
  sample_index: z.number().optional(),
  saved: z.boolean().optional(),
  stdout: text.optional(),
  provider_latency_ms: z.number().optional(),
  provider_request: json.optional(),
  provider_response: json.optional(),
  feedback: z.array(feedback).optional(),
});

/** `traces list --json` */
export const tracesListOutputSchema = z.array(traceOutputSchema);

/** `traces export --json --output FILE` */
export const tracesExportOutputSchema = z.object({
  format: text,
  output: text,
  traces: z.int(),
  rows: z.int().optional().describe("with --format dataset, where equal inputs are merged"),
  left_out: z.int(),
});

/** `traces delete --json` */
export const tracesDeleteOutputSchema = z.object({ deleted: z.int() });

/** `feedback --json`; null if the feedback was removed. */
export const feedbackOutputSchema = z.object({
  trace_id: text,
  feedback: feedback.nullable(),
  datasets: z.array(text).describe("datasets whose row of this trace changed"),
});
