import type { KnownProvider, ProviderQuirk } from "./provider.ts";

const groq = "console.groq.com/docs/openai: currently unsupported OpenAI features";
const cerebras = "inference-docs.cerebras.ai/resources/openai, hexdocs.pm/req_llm/cerebras.html";

function without(source: string, ...parameters: readonly string[]): readonly ProviderQuirk[] {
  return parameters.map((parameter) => ({ parameter, source }));
}

/**
 * Providers whose API is OpenAI's chat completions: address, key, prices, and the members that the provider rejects
 * for every model. Members that only some models reject are in `models/limits/known-models.ts`.
 */
export const compatibleProviders = {
  openai: {
    summary: "OpenAI, or any OpenAI-compatible endpoint (base_url)",
    baseUrl: "https://api.openai.com/v1",
    keyVariables: ["OPENAI_API_KEY"],
    addressVariable: "OPENAI_BASE_URL",
    prices: "openai",
  },
  azure: {
    summary: "Azure OpenAI; name is the deployment, base_url the resource's endpoint",
    keyVariables: ["AZURE_OPENAI_API_KEY"],
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    prices: "openai",
  },
  databricks: {
    summary: "Databricks model serving; base_url is the workspace",
    keyVariables: ["DATABRICKS_TOKEN"],
    addressVariable: "DATABRICKS_HOST",
  },
  ollama: {
    summary: "models served by Ollama, locally or at base_url",
    baseUrl: "http://127.0.0.1:11434/v1",
    keyVariables: [],
    addressVariable: "OLLAMA_HOST",
    isKeyless: true,
  },
  openrouter: {
    summary: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariables: ["OPENROUTER_API_KEY"],
    addressVariable: "OPENROUTER_BASE_URL",
    prices: "openrouter",
  },
  groq: {
    summary: "Groq",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariables: ["GROQ_API_KEY"],
    addressVariable: "GROQ_BASE_URL",
    prices: "groq",
    quirks: without(groq, "logprobs", "top_logprobs", "logit_bias", "messages[].name"),
  },
  mistral: {
    summary: "Mistral",
    baseUrl: "https://api.mistral.ai/v1",
    keyVariables: ["MISTRAL_API_KEY"],
    addressVariable: "MISTRAL_BASE_URL",
    prices: "mistral",
    quirks: [
      { parameter: "seed", sentAs: "random_seed", source: "simonw/llm-mistral#2, langchain-azure#82" },
      {
        parameter: "max_completion_tokens",
        sentAs: "max_tokens",
        source: "Mistral API: extra inputs are not permitted",
      },
    ],
  },
  together: {
    summary: "Together AI",
    baseUrl: "https://api.together.xyz/v1",
    keyVariables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"],
    addressVariable: "TOGETHER_BASE_URL",
    prices: "together",
  },
  fireworks: {
    summary: "Fireworks AI",
    baseUrl: "https://api.fireworks.ai/inference/v1",
    keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"],
    addressVariable: "FIREWORKS_BASE_URL",
    prices: "fireworks",
  },
  deepseek: {
    summary: "DeepSeek",
    baseUrl: "https://api.deepseek.com",
    keyVariables: ["DEEPSEEK_API_KEY"],
    addressVariable: "DEEPSEEK_BASE_URL",
    prices: "deepseek",
    quirks: [
      { parameter: "response_format.json_schema", sentAs: "json_object", source: "llm-exe/llm-exe#662" },
    ],
  },
  xai: {
    summary: "xAI",
    baseUrl: "https://api.x.ai/v1",
    keyVariables: ["XAI_API_KEY"],
    addressVariable: "XAI_BASE_URL",
    prices: "xai",
    quirks: without("BerriAI/litellm#9720", "messages[].name"),
  },
  gemini: {
    summary: "Gemini through its OpenAI-compatible endpoint",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    addressVariable: "GEMINI_BASE_URL",
    prices: "google",
    quirks: without("Vali-98/ChatterUI#227, n4ze3m/page-assist#418", "seed", "frequency_penalty"),
  },
  cerebras: {
    summary: "Cerebras",
    baseUrl: "https://api.cerebras.ai/v1",
    keyVariables: ["CEREBRAS_API_KEY"],
    addressVariable: "CEREBRAS_BASE_URL",
    prices: "cerebras",
    quirks: without(
      cerebras,
      ...["frequency_penalty", "presence_penalty", "logit_bias", "parallel_tool_calls", "service_tier"],
    ),
  },
  perplexity: {
    summary: "Perplexity",
    baseUrl: "https://api.perplexity.ai",
    keyVariables: ["PERPLEXITY_API_KEY"],
    addressVariable: "PERPLEXITY_BASE_URL",
    prices: "perplexity",
  },
  vllm: {
    summary: "a vLLM server",
    baseUrl: "http://127.0.0.1:8000/v1",
    keyVariables: ["VLLM_API_KEY"],
    addressVariable: "VLLM_BASE_URL",
    isKeyless: true,
  },
  lmstudio: {
    summary: "LM Studio",
    baseUrl: "http://127.0.0.1:1234/v1",
    keyVariables: ["LMSTUDIO_API_KEY"],
    addressVariable: "LMSTUDIO_BASE_URL",
    isKeyless: true,
  },
  litellm: {
    summary: "a LiteLLM proxy",
    baseUrl: "http://127.0.0.1:4000/v1",
    keyVariables: ["LITELLM_API_KEY"],
    addressVariable: "LITELLM_BASE_URL",
    isKeyless: true,
  },
  llamacpp: {
    summary: "a llama.cpp server",
    baseUrl: "http://127.0.0.1:8080/v1",
    keyVariables: ["LLAMACPP_API_KEY"],
    addressVariable: "LLAMACPP_BASE_URL",
    isKeyless: true,
  },
} as const satisfies Readonly<Record<string, KnownProvider>>;
