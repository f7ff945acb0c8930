import { z } from "zod";
import { knownProviders } from "../../core/provider/known-providers.ts";
import { ignoredModelKeys } from "../layout.ts";
import { jsonObject, name, positive, positiveInteger, reference, share, withoutEffect } from "./fields.ts";

const providerNames = Object.keys(knownProviders).join(", ");

const price = z
  .strictObject({
    input: z.number().min(0).describe("USD per million input tokens"),
    output: z.number().min(0).describe("USD per million output tokens"),
    cached_input: z
      .number()
      .min(0)
      .optional()
      .describe("USD per million input tokens from the provider's prompt cache; default: `input`"),
    cache_write: z
      .number()
      .min(0)
      .optional()
      .describe("USD per million input tokens written to the provider's prompt cache; default: `input`"),
  })
  .describe("price of this model; overrides the built-in price list");

const limits = z
  .strictObject({
    concurrency: positiveInteger().optional().describe("concurrent calls; default: the value of `-j`"),
    requests_per_minute: positive().optional().describe("requests per minute; default: no limit"),
    tokens_per_minute: positive().optional().describe("input + output tokens per minute; default: no limit"),
  })
  .describe("rate limits of the endpoint");

const simulate = z
  .strictObject({
    latency_ms: z.number().min(0).default(0).describe("latency of an answer in milliseconds"),
    fault_rate: share().default(0).describe("share of calls that fail, 0 to 1"),
    seed: z.int().default(1).describe("seed of the faults"),
  })
  .describe("simulated latency and faults; only for provider offline");

const servicePrincipal = z
  .strictObject({
    name: z.string().optional().describe("free text"),
    description: z.string().optional().describe("free text"),
    client_id: z.string().optional().describe("see client_id of the model"),
    client_secret: z.string().optional().describe("see client_secret of the model"),
  })
  .describe("from dao-ai: client_id and client_secret of the model in one object");

const shape = {
  name: name().describe("model id sent to the endpoint (azure: the deployment)"),
  description: z.string().optional().describe("free text"),
  provider: name()
    .default("openai")
    .describe(
      `${providerNames}, offline, or the path of a module such as ./my-provider.js; databricks is assumed without base_url for names that start with databricks- and in files with sections of dao-ai such as app`,
    ),
  package: name()
    .optional()
    .describe(
      "provider package of the Vercel AI SDK, for provider ai-sdk; its settings are other.provider_options",
    ),
  base_url: z
    .string()
    .optional()
    .describe(
      "URL of the endpoint; default: the provider's environment variable (OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT, DATABRICKS_HOST, OLLAMA_HOST, ANTHROPIC_BASE_URL …) if set, else the provider's own",
    ),
  api_key: z
    .string()
    .optional()
    .describe(
      "secret; default: the provider's environment variable (OPENAI_API_KEY, AZURE_OPENAI_API_KEY, DATABRICKS_TOKEN, ANTHROPIC_API_KEY …), none for ollama and offline; without it, databricks and azure can sign in by client_id and azure_ad_token",
    ),
  workspace_host: z
    .string()
    .optional()
    .describe("from dao-ai; URL or host name of the Databricks workspace; default: DATABRICKS_HOST"),
  pat: z
    .string()
    .optional()
    .describe("from dao-ai; secret: Databricks access token; default: DATABRICKS_TOKEN"),
  client_id: z
    .string()
    .optional()
    .describe(
      "provider databricks: client id of a service principal that signs in by OAuth; default: DATABRICKS_CLIENT_ID",
    ),
  client_secret: z
    .string()
    .optional()
    .describe("secret of that service principal; default: DATABRICKS_CLIENT_SECRET"),
  service_principal: servicePrincipal.optional(),
  azure_ad_token: z
    .string()
    .optional()
    .describe(
      "provider azure: secret: access token of Entra ID in place of a key; default: AZURE_OPENAI_AD_TOKEN; without key and token, the package @azure/identity signs in if it is installed",
    ),
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
    .describe("maximum tokens of an answer; -1 or absent: the endpoint's limit"),
  stop: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("texts that end an answer"),
  seed: z.int().optional().describe("seed sent to the endpoint; default: none"),
  presence_penalty: z.number().min(-2).max(2).optional().describe("-2 to 2; default: the endpoint's"),
  frequency_penalty: z.number().min(-2).max(2).optional().describe("-2 to 2; default: the endpoint's"),
  response_format: jsonObject().optional().describe("OpenAI response format, passed through"),
  reasoning_effort: z
    .union([name(), z.int()])
    .optional()
    .describe(
      "for reasoning models: low, medium, high, or a token budget (a whole number; for providers without budgets, up to 1024 means low, up to 4096 medium, above that high); default: the endpoint's",
    ),
  tools: z.array(jsonObject()).optional().describe("OpenAI tool schemas sent with each call, passed through"),
  tool_choice: z
    .union([z.string(), jsonObject()])
    .optional()
    .describe("OpenAI tool choice; default: auto with tools, else none"),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe("additional HTTP headers; all values are treated as secrets"),
  other: jsonObject()
    .optional()
    .describe(
      "additional fields of the request body, passed through, except those that counting calls and costs depends on (model, n, token limits, stream); `provider_options` holds the options of a provider module, and for native providers the settings of their package: region, project, location",
    ),
  extra_params: jsonObject()
    .optional()
    .describe("from dao-ai; same as `other`, where `reasoning_effort` has its meaning here"),
  price: price.optional(),
  limits: limits.optional(),
  reasoning: z
    .enum(["strip", "keep"])
    .optional()
    .describe(
      "reasoning in an answer: `strip` (default) removes it before scoring, `keep` leaves it in the text",
    ),
  timeout_seconds: positive()
    .optional()
    .describe("time limit of one attempt in seconds; default: 60, for reflections 300"),
  rate_limit_patience_seconds: z
    .number()
    .min(0)
    .optional()
    .describe("longest wait for a rate limit without an answer, in seconds; default: 300"),
  retries: z
    .int()
    .min(0)
    .default(5)
    .describe("retries after an attempt without an answer; waits for a rate limit do not count"),
  simulate: simulate.optional(),
  ...withoutEffect(ignoredModelKeys),
};

const fallbackSchema = z
  .strictObject(shape)
  .meta({ id: "fallback_model", description: "a model and its endpoint" });

/** An entry of `resources.llms`, as written. */
export const modelSchema = z
  .strictObject({
    ...shape,
    fallbacks: z
      .array(reference(fallbackSchema))
      .default([])
      .describe("models to try in turn if this one fails permanently"),
  })
  .meta({ id: "model", description: "a model and its endpoint" });

export type WrittenModel = z.output<typeof modelSchema>;
