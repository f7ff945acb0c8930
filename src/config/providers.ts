import type { EnvironmentVariables } from "./values/environment.ts";

/** Defaults of a provider that come from the environment. */
interface ProviderDefaults {
  readonly keyVariable?: string;
  address(env: EnvironmentVariables): string | undefined;
  /** Prepended to an address without a scheme. */
  readonly scheme?: "http://" | "https://";
  /** Whether the shipped price list covers its models. */
  readonly isPriced: boolean;
}

/** The shipped providers. Other providers are given as module paths. */
export const providers: Readonly<Record<string, ProviderDefaults>> = {
  openai: { keyVariable: "OPENAI_API_KEY", address: (env) => env.OPENAI_BASE_URL, isPriced: true },
  azure: {
    keyVariable: "AZURE_OPENAI_API_KEY",
    address: (env) => env.AZURE_OPENAI_ENDPOINT,
    scheme: "https://",
    isPriced: true,
  },
  databricks: {
    keyVariable: "DATABRICKS_TOKEN",
    address: (env) => servingEndpoints(env.DATABRICKS_HOST),
    scheme: "https://",
    isPriced: false,
  },
  ollama: {
    address: (env) => ollamaAddress(env.OLLAMA_HOST),
    scheme: "http://",
    isPriced: false,
  },
  offline: { address: () => undefined, isPriced: false },
};

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
