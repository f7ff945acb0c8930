import type { ModelPlugin } from "../contracts/plugin.ts";
import { compatibleProviders } from "../core/provider/compatible-providers.ts";
import { nativeProviders } from "../core/provider/native-providers.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

const openaiModels = () => import("./openai/openai-model.ts");
const nativeModels = () => import("./native/native-model.ts");

const { openai, azure, databricks, ollama, ...others } = compatibleProviders;

/** The built-in providers except `offline`. */
export const builtinModels: BuiltinTable<ModelPlugin> = {
  openai: { summary: openai.summary, load: async () => (await openaiModels()).openaiProvider },
  azure: { summary: azure.summary, load: async () => (await openaiModels()).azureProvider },
  databricks: { summary: databricks.summary, load: async () => (await openaiModels()).databricksProvider },
  ollama: { summary: ollama.summary, load: async () => (await openaiModels()).ollamaProvider },
  ...mapped(others, async (name, known) => (await openaiModels()).compatiblePlugin(name, known)),
  ...mapped(nativeProviders, async (name, known) => (await nativeModels()).nativePlugin(name, known)),
};

function mapped<Known extends { readonly summary: string }>(
  table: Readonly<Record<string, Known>>,
  load: (name: string, known: Known) => Promise<ModelPlugin>,
): BuiltinTable<ModelPlugin> {
  return Object.fromEntries(
    Object.entries(table).map(([name, known]) => [
      name,
      { summary: known.summary, load: () => load(name, known) },
    ]),
  );
}
