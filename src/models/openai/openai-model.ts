import { z } from "zod";
import type { LanguageModel } from "../../contracts/language-model.ts";
import type { ModelPlugin, ModelServices } from "../../contracts/plugin.ts";
import type { KnownProvider } from "../../core/provider/provider.ts";
import { defineModel } from "../../plugins/define.ts";
import {
  azureEndpoint,
  databricksEndpoint,
  defaultAzureVersion,
  type OpenAIEndpoint,
  ollamaEndpoint,
  openaiEndpoint,
  tableEndpoint,
} from "./openai-endpoint.ts";
import { openaiRoute } from "./openai-route.ts";
import { createRouteModel } from "./route-model.ts";

const noOptions = z.strictObject({});

export const openaiProvider = defineModel({
  name: "openai",
  summary: "OpenAI or any endpoint compatible with its chat completions (base_url)",
  options: noOptions,
  create: (_, services) => createOpenAIModel(openaiEndpoint(services.spec), services),
});

export const azureProvider = defineModel({
  name: "azure",
  summary: "Azure OpenAI; name is the deployment, base_url the resource's endpoint",
  options: z.strictObject({
    api_version: z.string().min(1).default(defaultAzureVersion).describe("version of the Azure OpenAI API"),
  }),
  create: ({ api_version }, services) =>
    createOpenAIModel(azureEndpoint(services.spec, api_version), services),
});

export const databricksProvider = defineModel({
  name: "databricks",
  summary: "Databricks model serving; base_url is the workspace",
  options: noOptions,
  create: (_, services) => createOpenAIModel(databricksEndpoint(services.spec), services),
});

export const ollamaProvider = defineModel({
  name: "ollama",
  summary: "models served by Ollama locally or at base_url",
  options: noOptions,
  create: (_, services) => createOpenAIModel(ollamaEndpoint(services.spec), services),
});

/** The plugin of a provider without rules of its own: all it takes is in the table of providers. */
export function compatiblePlugin(name: string, known: KnownProvider): ModelPlugin {
  return defineModel({
    name,
    summary: known.summary,
    options: noOptions,
    create: (_, services) => createOpenAIModel(tableEndpoint(services.spec, known), services),
  });
}

/** Chat completions of any OpenAI-compatible endpoint. */
function createOpenAIModel(endpoint: OpenAIEndpoint, services: ModelServices): LanguageModel {
  return createRouteModel(openaiRoute(endpoint), services);
}
