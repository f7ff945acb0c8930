import type { EnvironmentVariables } from "./values/environment.ts";

/** Defaults of a provider that come from the environment. */
interface ProviderDefaults {
  readonly keyVariable?: string;
  /** Variable that holds the address, for hints. */
  readonly addressVariable?: string;
  address(env: EnvironmentVariables): string | undefined;
  /** Prepended to an address without a scheme. */
  readonly scheme?: "http://" | "https://";
  /** Whether the shipped price list covers its models. */
  readonly isPriced: boolean;
}

/** The shipped providers. Other providers are given as module paths. */
export const providers: Readonly<Record<string, ProviderDefaults>> = {
  openai: {
    keyVariable: "OPENAI_API_KEY",
    addressVariable: "OPENAI_BASE_URL",
    address: (env) => env.OPENAI_BASE_URL,
    isPriced: true,
  },
  azure: {
    keyVariable: "AZURE_OPENAI_API_KEY",
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    address: (env) => env.AZURE_OPENAI_ENDPOINT,
    scheme: "https://",
    isPriced: true,
  },
  databricks: {
    keyVariable: "DATABRICKS_TOKEN",
    addressVariable: "DATABRICKS_HOST",
    address: (env) => servingEndpoints(env.DATABRICKS_HOST),
    scheme: "https://",
    isPriced: false,
  },
  ollama: {
    addressVariable: "OLLAMA_HOST",
    address: (env) => ollamaAddress(env.OLLAMA_HOST),
    scheme: "http://",
    isPriced: false,
  },
  offline: { address: () => undefined, isPriced: false },
};

/** Other names of providers, in stored versions and in model URIs of MLflow. */
const aliases: Readonly<Record<string, string>> = {
  openai_azure: "azure",
  mock: "offline",
  endpoints: "databricks",
};

/** The config's name for a provider. */
export function providerNamed(provider: string): string {
  return aliases[provider] ?? provider;
}

/** Providers without a client of their own, with their OpenAI-compatible address and its key, if they have one. */
const compatibleAddresses: Readonly<Record<string, readonly [baseUrl: string, keyVariable: string] | null>> =
  {
    anthropic: ["https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"],
    bedrock: ["https://bedrock-runtime.REGION.amazonaws.com/openai/v1", "AWS_BEARER_TOKEN_BEDROCK"],
    cohere: ["https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY"],
    deepseek: ["https://api.deepseek.com", "DEEPSEEK_API_KEY"],
    fireworks: ["https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"],
    gemini: ["https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"],
    google: ["https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"],
    groq: ["https://api.groq.com/openai/v1", "GROQ_API_KEY"],
    mistral: ["https://api.mistral.ai/v1", "MISTRAL_API_KEY"],
    openrouter: ["https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"],
    sagemaker: null,
    together: ["https://api.together.xyz/v1", "TOGETHER_API_KEY"],
    vertex: null,
    vertex_ai: null,
    xai: ["https://api.x.ai/v1", "XAI_API_KEY"],
  };

/** What to write in place of a provider without a client, for a model's name; undefined for any other name. */
export function insteadOfProvider(provider: string, name?: string): string | undefined {
  const known = provider.toLowerCase();
  if (!Object.hasOwn(compatibleAddresses, known)) return undefined;
  const address = compatibleAddresses[known];
  if (address === undefined || address === null)
    return "call it through an OpenAI-compatible gateway (provider: openai and its base_url), or write a provider module such as ./my-provider.js";
  const [baseUrl, variable] = address;
  const model = name === undefined ? "" : `name: ${name}, `;
  return `declare the model under resources.llms as { ${model}provider: openai, base_url: "${baseUrl}", api_key: "\${env:${variable}}" }`;
}

/** Databricks' own endpoints have names of this form, and configs of dao-ai name no provider for them. */
export function isDatabricksName(name: string): boolean {
  return name.startsWith("databricks-");
}

/** Address of the model endpoints of a Databricks workspace. */
export function servingEndpoints(host: string | undefined): string | undefined {
  if (host === undefined || host === "") return undefined;
  return `${host.replace(/\/+$/, "")}/serving-endpoints`;
}

const ollamaPort = 11434;

/** `OLLAMA_HOST` is an address to listen on, often without scheme or port; 0.0.0.0 means any. */
function ollamaAddress(host: string | undefined): string {
  const given = host === undefined || host === "" ? "localhost" : host;
  const url = /^https?:\/\//i.test(given) ? given : `http://${given}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  const hasPort = parsed.port !== "" || /:(80|443)\/?$/.test(url) || /^https?:\/\//i.test(given);
  const name = parsed.hostname === "0.0.0.0" ? "localhost" : parsed.hostname;
  const path = parsed.pathname === "/" ? "/v1" : parsed.pathname;
  const port = hasPort ? parsed.port : String(ollamaPort);
  return `${parsed.protocol}//${name}${port === "" ? "" : `:${port}`}${path}`;
}
