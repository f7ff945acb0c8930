import { defined } from "../core/defined.ts";
import { knownProviders } from "../core/provider/known-providers.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

/** Defaults of a provider that come from the environment. */
interface ProviderDefaults {
  readonly keyVariable?: string;
  /** Variables that are read if `keyVariable` is not set. */
  readonly otherKeyVariables?: readonly string[];
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
  openai: { keyVariable: "OPENAI_API_KEY", address: (env) => env.OPENAI_BASE_URL, prices: "openai" },
  azure: {
    keyVariable: "AZURE_OPENAI_API_KEY",
    address: (env) => env.AZURE_OPENAI_ENDPOINT,
    scheme: "https://",
    prices: "openai",
  },
  databricks: {
    keyVariable: "DATABRICKS_TOKEN",
    address: (env) => servingEndpoints(env.DATABRICKS_HOST),
    scheme: "https://",
  },
  ollama: {
    address: (env) => ollamaAddress(env.OLLAMA_HOST),
    scheme: "http://",
  },
  offline: { address: () => undefined },
};

/** The first key of a provider that the environment holds. */
export function environmentKey(provider: string, env: EnvironmentVariables): string | undefined {
  const { keyVariable, otherKeyVariables = [] } = providers[provider] ?? {};
  const variables = keyVariable === undefined ? [] : [keyVariable, ...otherKeyVariables];
  return variables.map((variable) => env[variable]).find((key) => key !== undefined && key !== "");
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
