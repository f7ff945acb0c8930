import type { ModelPlugin } from "../contracts/plugin.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

const openaiModels = () => import("./openai/openai-model.ts");

/** The built-in providers except `offline`. */
export const builtinModels: BuiltinTable<ModelPlugin> = {
  openai: {
    summary: "any OpenAI-compatible endpoint",
    load: async () => (await openaiModels()).openaiProvider,
  },
  azure: { summary: "Azure OpenAI", load: async () => (await openaiModels()).azureProvider },
  databricks: {
    summary: "Databricks serving endpoints",
    load: async () => (await openaiModels()).databricksProvider,
  },
  ollama: {
    summary: "local models through Ollama",
    load: async () => (await openaiModels()).ollamaProvider,
  },
};
