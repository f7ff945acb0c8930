import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OpenAIEndpoint } from "./openai-endpoint.ts";

export const defaultAzureVersion = "2024-10-21";

/** OpenAI itself, or whatever `baseUrl` names. */
export function openaiEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return {
    client: "openai",
    baseUrl: spec.baseUrl ?? "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
  };
}

export function azureEndpoint(spec: ModelSpec, apiVersion: string): OpenAIEndpoint {
  const given = spec.baseUrl;
  // The newer face of a resource (…/openai/v1) is a plain OpenAI endpoint without API versions.
  const isPlain = given !== undefined && /\/openai\/v1\/?$/.test(given);
  return {
    client: isPlain ? "openai" : "azure",
    baseUrl: given !== undefined && !isPlain ? withPath(given, "/openai") : given,
    addressVariable: "AZURE_OPENAI_ENDPOINT",
    keyVariable: "AZURE_OPENAI_API_KEY",
    apiVersion,
    ...(isPlain ? {} : { deployment: encodeURIComponent(spec.name) }),
  };
}

export function databricksEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return {
    client: "openai",
    baseUrl: spec.baseUrl === undefined ? undefined : withPath(spec.baseUrl, "/serving-endpoints"),
    addressVariable: "DATABRICKS_HOST",
    keyVariable: "DATABRICKS_TOKEN",
  };
}

export function ollamaEndpoint(spec: ModelSpec): OpenAIEndpoint {
  return { client: "openai", baseUrl: withPath(spec.baseUrl ?? "http://127.0.0.1:11434", "/v1") };
}

/** A bare host gets its scheme and the path under which chat completions are found. */
function withPath(address: string, path: string): string {
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.pathname === "/") parsed.pathname = path;
  return parsed.href.replace(/\/+$/, "");
}
