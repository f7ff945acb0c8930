import type { ModelPlugin } from "../contracts/plugin.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

const openaiProviders = () => import("./openai/openai-providers.ts");

/** The providers that ship, but for the offline models. */
export const builtinModels: BuiltinTable<ModelPlugin> = {
  openai: {
    summary: "any OpenAI-compatible endpoint",
    load: async () => (await openaiProviders()).openaiProvider,
  },
  azure: { summary: "Azure OpenAI", load: async () => (await openaiProviders()).azureProvider },
  databricks: {
    summary: "Databricks serving endpoints",
    load: async () => (await openaiProviders()).databricksProvider,
  },
  ollama: {
    summary: "models on this machine, through Ollama",
    load: async () => (await openaiProviders()).ollamaProvider,
  },
};
