import { z } from "zod";
import { defineModel } from "../../plugins/define.ts";
import { createOpenAIModel } from "./openai-model.ts";
import {
  azureEndpoint,
  databricksEndpoint,
  defaultAzureVersion,
  ollamaEndpoint,
  openaiEndpoint,
} from "./provider-endpoints.ts";

const noOptions = z.strictObject({});

export const openaiProvider = defineModel({
  name: "openai",
  summary: "OpenAI, or any endpoint that speaks its chat completions (base_url)",
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
  summary: "models served by Ollama on this machine, or at base_url",
  options: noOptions,
  create: (_, services) => createOpenAIModel(ollamaEndpoint(services.spec), services),
});
