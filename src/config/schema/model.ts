import { z } from "zod";
import { jsonObject, name, positive, positiveInteger, reference, share, withoutEffect } from "./fields.ts";

export const ignoredModelKeys = [
  "ai_gateway",
  "best_of_n",
  "client_id",
  "client_secret",
  "disable_streaming",
  "on_behalf_of_user",
  "permissions",
  "schema",
  "service_principal",
  "use_ai_gateway",
  "use_responses_api",
] as const;

const price = z
  .strictObject({
    input: z.number().min(0).describe("USD per million input tokens"),
    output: z.number().min(0).describe("USD per million output tokens"),
    cached_input: z
      .number()
      .min(0)
      .optional()
      .describe("USD per million input tokens out of the provider's prompt cache; default: as `input`"),
  })
  .describe("price of this model; overrides the list that ships");

const limits = z
  .strictObject({
    concurrency: positiveInteger()
      .optional()
      .describe("calls in flight at once; default: all that `-j` allows"),
    requests_per_minute: positive().optional().describe("requests a minute; default: no limit"),
    tokens_per_minute: positive().optional().describe("input + output tokens a minute; default: no limit"),
  })
  .describe("what the endpoint allows");

const simulate = z
  .strictObject({
    latency_ms: z.number().min(0).default(0).describe("milliseconds an answer takes"),
    fault_rate: share().default(0).describe("share of calls answered by a fault, 0 to 1"),
    seed: z.int().default(1).describe("seed of the faults"),
  })
  .describe("latency and faults put on; provider offline only");

const shape = {
  name: name().describe("model id sent to the endpoint (azure: the deployment)"),
  description: z.string().optional().describe("for readers"),
  provider: name()
    .default("openai")
    .describe("openai, azure, databricks, ollama, offline, or the path of a module such as ./my-provider.js"),
  base_url: z
    .string()
    .optional()
    .describe(
      "address of an OpenAI-compatible endpoint; default: the provider's own, from OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT, DATABRICKS_HOST or OLLAMA_HOST where set",
    ),
  api_key: z
    .string()
    .optional()
    .describe(
      "secret; default: OPENAI_API_KEY, AZURE_OPENAI_API_KEY or DATABRICKS_TOKEN of the environment, none for ollama and offline",
    ),
  workspace_host: z
    .string()
    .optional()
    .describe("dao-ai's; address of the Databricks workspace; default: DATABRICKS_HOST"),
  pat: z.string().optional().describe("dao-ai's; secret: Databricks access token; default: DATABRICKS_TOKEN"),
  api_version: name().optional().describe("version of the Azure OpenAI API; default: OPENAI_API_VERSION"),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe("sampling temperature, 0 to 2; default: the endpoint's"),
  top_p: share().optional().describe("nucleus sampling, 0 to 1; default: the endpoint's"),
  max_tokens: z
    .union([positiveInteger(), z.literal(-1)])
    .optional()
    .describe("most tokens an answer may have; -1 or absent: the endpoint's limit"),
  stop: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("texts that end an answer"),
  seed: z.int().optional().describe("seed given to the endpoint; default: none"),
  presence_penalty: z.number().min(-2).max(2).optional().describe("-2 to 2; default: the endpoint's"),
  frequency_penalty: z.number().min(-2).max(2).optional().describe("-2 to 2; default: the endpoint's"),
  response_format: jsonObject().optional().describe("OpenAI response format, passed through"),
  reasoning_effort: z
    .union([name(), z.int()])
    .optional()
    .describe(
      "of reasoning models: low, medium, high, or tokens to think in (a whole number; where a provider knows no such number: up to 1024 low, up to 4096 medium, above high); default: the endpoint's",
    ),
  tools: z
    .array(jsonObject())
    .optional()
    .describe("OpenAI tool schemas offered with each call, passed through"),
  tool_choice: z
    .union([z.string(), jsonObject()])
    .optional()
    .describe("OpenAI tool choice; default: auto with tools, else none"),
  headers: z.record(z.string(), z.string()).optional().describe("further HTTP headers; all are kept secret"),
  other: jsonObject()
    .optional()
    .describe(
      "further fields of the request body, passed through, but none that calls and costs are counted by (model, n, token limits, stream); `provider_options` in it are the options of a provider module",
    ),
  price: price.optional(),
  limits: limits.optional(),
  reasoning: z
    .enum(["strip", "keep"])
    .optional()
    .describe(
      "thinking in an answer: `strip` (default) takes it off before scoring, `keep` leaves it in the text",
    ),
  timeout_seconds: positive()
    .optional()
    .describe("seconds one attempt may take; default: 60, for reflections 300"),
  rate_limit_patience_seconds: z
    .number()
    .min(0)
    .optional()
    .describe("seconds a rate limit is waited for without an answer between; default: 300"),
  retries: z
    .int()
    .min(0)
    .default(5)
    .describe(
      "further attempts after one that brought no answer; a rate limit that is waited for is not one of them",
    ),
  simulate: simulate.optional(),
  ...withoutEffect(ignoredModelKeys),
};

const fallbackSchema = z
  .strictObject(shape)
  .meta({ id: "fallback_model", description: "a model and how it is reached" });

/** An entry of `resources.llms`, as written. */
export const modelSchema = z
  .strictObject({
    ...shape,
    fallbacks: z
      .array(reference(fallbackSchema))
      .default([])
      .describe("models asked in turn when this one fails for good"),
  })
  .meta({ id: "model", description: "a model and how it is reached" });

export type WrittenModel = z.output<typeof modelSchema>;
