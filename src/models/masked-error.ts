import { ModelError } from "../core/errors.ts";
import type { SecretMask } from "../core/text/secret.ts";

/** The error without secrets in what it quotes; the same error where there are none. */
export function maskedError(error: ModelError, mask: SecretMask): ModelError {
  const { kind, status, retryAfterMs, usage, systemCode, hint, cause } = error;
  const message = mask(error.message);
  const providerCode = error.providerCode === undefined ? undefined : mask(error.providerCode);
  if (message === error.message && providerCode === error.providerCode) return error;
  return new ModelError(message, {
    ...{ kind, status, retryAfterMs, usage, systemCode, providerCode, hint, cause },
  });
}
