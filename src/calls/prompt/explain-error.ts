import { providers } from "../../config/providers.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { nativeProvider } from "../../core/provider/known-providers.ts";
import { providerPrefix } from "../../models/open-prompt-model.ts";

/** Adds a hint for the caller of a prompt: what to change in the environment or in the config. */
export function explainError(given: ModelError, spec: ModelSpec, isOfConfig = false): ModelError {
  const error = isNeverReached(given) ? ofKind(given, "unreachable") : given;
  const hint = hintOf(error, spec, isOfConfig);
  return hint === error.hint ? error : ofKind(error, error.kind, hint);
}

/** The connection is refused: after the client's own retries, this is not temporary. */
function isNeverReached({ kind, systemCode }: ModelError): boolean {
  return kind === "connection" && ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"].includes(systemCode ?? "");
}

function ofKind(error: ModelError, kind: ModelError["kind"], hint = error.hint): ModelError {
  const { message, status, retryAfterMs, usage, systemCode, providerCode, cause } = error;
  return new ModelError(message, {
    kind,
    status,
    retryAfterMs,
    usage,
    systemCode,
    providerCode,
    cause,
    hint,
  });
}

function hintOf(
  { kind, hint, retryAfterMs }: ModelError,
  { provider, name, key }: ModelSpec,
  isOfConfig: boolean,
): string | undefined {
  const known = providers[provider];
  const prefix = providerPrefix(provider);
  const keyVariable = known === undefined ? `${prefix}_API_KEY` : known.keyVariable;
  const address = known?.addressVariable ?? `${prefix}_BASE_URL`;
  if (kind === "rate_limit" && retryAfterMs !== undefined)
    return `the provider asks for a wait of ${Math.ceil(retryAfterMs / 1000)} s`;
  if (isOfConfig) return kind === "unreachable" ? (hint ?? `check base_url of resources.llms.${key}`) : hint;
  if (kind === "auth") {
    return keyVariable === undefined
      ? `check ${address}`
      : `set ${keyVariable} to a valid key, or pass a key with the call`;
  }
  // A missing package or region has its own hint.
  if (kind === "unreachable" && nativeProvider(provider) !== undefined && hint !== undefined) return hint;
  if (kind === "unreachable") return `set ${address} to the address of the endpoint`;
  if (kind === "model_not_found") return `check the prompt's model ("${name}") and ${address}`;
  return hint;
}
