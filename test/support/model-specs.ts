import type { ModelSecrets, ModelSpec } from "../../src/contracts/model-spec.ts";
import { Secret } from "../../src/core/text/secret.ts";
import {
  azureProvider,
  databricksProvider,
  ollamaProvider,
  openaiProvider,
} from "../../src/models/openai/openai-model.ts";
import { createCatalog } from "../../src/plugins/catalog.ts";

export const noSecrets: ModelSecrets = { headers: {} };

/** A spec without special settings. */
export function modelSpec(changes: Partial<ModelSpec> = {}): ModelSpec {
  return {
    key: "target",
    name: "gpt-4o-mini",
    provider: "openai",
    parameters: {},
    limits: {},
    timeoutMs: 10_000,
    retries: 5,
    fallbacks: [],
    ...changes,
  };
}

export function secretsOf(apiKey: string, headers: Readonly<Record<string, string>> = {}): ModelSecrets {
  const secretHeaders = Object.entries(headers).map(([name, value]) => [name, new Secret(value)]);
  return { apiKey: new Secret(apiKey), headers: Object.fromEntries(secretHeaders) };
}

/** The built-in providers that call an endpoint, and user modules by path. */
export const modelCatalog = createCatalog({
  optimizer: {},
  scorer: {},
  model: Object.fromEntries(
    [openaiProvider, azureProvider, databricksProvider, ollamaProvider].map((plugin) => [
      plugin.name,
      { summary: plugin.summary, load: async () => plugin },
    ]),
  ),
});
