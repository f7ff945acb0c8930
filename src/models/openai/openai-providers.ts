import { z } from "zod";
import { defineModel } from "../../plugins/define.ts";
import { createOpenAIModel } from "./openai-model.ts";

const noOptions = z.strictObject({});

export const openaiProvider = defineModel({
  name: "openai",
  summary: "OpenAI, or any endpoint that speaks its chat completions (base_url)",
  options: noOptions,
  create: (_, services) =>
    createOpenAIModel(
      {
        client: "openai",
        baseUrl: services.spec.baseUrl ?? "https://api.openai.com/v1",
        keyVariable: "OPENAI_API_KEY",
      },
      services,
    ),
});

export const azureProvider = defineModel({
  name: "azure",
  summary: "Azure OpenAI; name is the deployment, base_url the resource's endpoint",
  options: z.strictObject({
    api_version: z.string().min(1).default("2024-10-21").describe("version of the Azure OpenAI API"),
  }),
  create: ({ api_version }, services) => {
    const given = services.spec.baseUrl;
    // The newer face of a resource (…/openai/v1) is a plain OpenAI endpoint without API versions.
    const isPlain = given !== undefined && /\/openai\/v1\/?$/.test(given);
    return createOpenAIModel(
      {
        client: isPlain ? "openai" : "azure",
        baseUrl: given !== undefined && !isPlain ? withPath(given, "/openai") : given,
        addressVariable: "AZURE_OPENAI_ENDPOINT",
        keyVariable: "AZURE_OPENAI_API_KEY",
        apiVersion: api_version,
      },
      services,
    );
  },
});

export const databricksProvider = defineModel({
  name: "databricks",
  summary: "Databricks model serving; base_url is the workspace",
  options: noOptions,
  create: (_, services) =>
    createOpenAIModel(
      {
        client: "openai",
        baseUrl:
          services.spec.baseUrl === undefined
            ? undefined
            : withPath(services.spec.baseUrl, "/serving-endpoints"),
        addressVariable: "DATABRICKS_HOST",
        keyVariable: "DATABRICKS_TOKEN",
      },
      services,
    ),
});

export const ollamaProvider = defineModel({
  name: "ollama",
  summary: "models served by Ollama on this machine, or at base_url",
  options: noOptions,
  create: (_, services) =>
    createOpenAIModel(
      { client: "openai", baseUrl: withPath(services.spec.baseUrl ?? "http://127.0.0.1:11434", "/v1") },
      services,
    ),
});

/** A bare host gets its scheme and the path under which chat completions are found. */
function withPath(address: string, path: string): string {
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.pathname === "/") parsed.pathname = path;
  return parsed.href.replace(/\/+$/, "");
}
