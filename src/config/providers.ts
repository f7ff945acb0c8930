import { defined } from "../core/defined.ts";
import { knownProviders } from "../core/provider/known-providers.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

/** Defaults of a provider that come from the environment. */
interface ProviderDefaults {
  readonly keyVariable?: string;
  /** Variables that are read if `keyVariable` is not set. */
  readonly otherKeyVariables?: readonly string[];
  /** Variable that holds the address, for hints. */
  readonly addressVariable?: string;
  address(env: EnvironmentVariables): string | undefined;
  /** Prepended to an address without a scheme. */
  readonly scheme?: "http://" | "https://";
  /** Section of the shipped price list with its models; absent if it covers none. */
  readonly prices?: string;
}

/** Providers of the table whose address needs no rules of its own. */
function fromTable(): Readonly<Record<string, ProviderDefaults>> {
  const entries = Object.entries(knownProviders).map(([name, known]) => {
    const { keyVariables, addressVariable, prices } = known;
    const [keyVariable, ...otherKeyVariables] = keyVariables;
    const defaults: ProviderDefaults = {
      addressVariable,
      address: (env) => env[addressVariable],
      ...defined({ keyVariable, prices }),
      ...(otherKeyVariables.length === 0 ? {} : { otherKeyVariables }),
    };
    return [name, defaults] as const;
  });
  return Object.fromEntries(entries);
}

/** The shipped providers by name. Other providers are given as module paths. */
export const providers: Readonly<Record<string, ProviderDefaults>> = {
  ...fromTable(),
  openai: {
    keyVariable: "OPENAI_API_KEY",
    addressVariable: "OPENAI_BASE_URL",
    address: (env) => env.OPENAI_BASE_URL,
    prices: "openai",
  },
  azure: {
    keyVariable: "AZURE_OPENAI_API_KEY",
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    address: (env) => env.AZURE_OPENAI_ENDPOINT,
    scheme: "https://",
    prices: "openai",
  },
  databricks: {
    keyVariable: "DATABRICKS_TOKEN",
    addressVariable: "DATABRICKS_HOST",
    address: (env) => servingEndpoints(env.DATABRICKS_HOST),
    scheme: "https://",
  },
  ollama: {
    addressVariable: "OLLAMA_HOST",
    address: (env) => ollamaAddress(env.OLLAMA_HOST),
    scheme: "http://",
  },
  offline: { address: () => undefined },
};

/** The first key of a provider that the environment holds. */
export function environmentKey(provider: string, env: EnvironmentVariables): string | undefined {
  const { keyVariable, otherKeyVariables = [] } = providers[provider] ?? {};
  const variables = keyVariable === undefined ? [] : [keyVariable, ...otherKeyVariables];
  return variables.map((variable) => env[variable]?.trim()).find((key) => key !== undefined && key !== "");
}

/** Other names of providers, in stored versions and in model URIs of MLflow. */
const aliases: Readonly<Record<string, string>> = {
  openai_azure: "azure",
  mock: "offline",
  endpoints: "databricks",
  vertex_ai: "vertex",
};

/** The config's name for a provider. */
export function providerNamed(provider: string): string {
  return aliases[provider] ?? provider;
}

/** Providers of model URIs without a client. */
const withoutClient: ReadonlySet<string> = new Set(["sagemaker"]);

/** What to write in place of a provider without a client; undefined for any other name. */
export function insteadOfProvider(provider: string): string | undefined {
  if (!withoutClient.has(provider.toLowerCase())) return undefined;
  return "call it through an OpenAI-compatible gateway (provider: openai and its base_url), or write a provider module such as ./my-provider.js";
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
