import type { ModelSecrets, ModelSpec } from "../contracts/model-spec.ts";
import { ModelError } from "../core/errors.ts";
import { endpointOf, promptProviders } from "./open-prompt-model.ts";
import { reachEndpoint } from "./openai/openai-endpoint.ts";

/**
 * The error that a model's first call would meet for want of a key or an address; undefined where it has what it
 * needs, and for the user's own providers.
 */
export function missingKey(spec: ModelSpec, secrets: ModelSecrets): ModelError | undefined {
  const isKnown = (promptProviders as readonly string[]).includes(spec.provider);
  if (!isKnown || spec.provider === "offline") return undefined;
  try {
    reachEndpoint(endpointOf(spec), spec, secrets);
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}
