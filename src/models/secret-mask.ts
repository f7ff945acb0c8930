import { unescape as decode } from "node:querystring";
import type { ModelSecrets } from "../contracts/model-spec.ts";
import { ModelError } from "../core/errors.ts";
import type { SecretMask } from "../core/text/secret.ts";
import { createTokenMask } from "../network/token-mask.ts";

/** Masks a model's secrets, those in its URL, and tokens of the process, in text from other sources. */
export function secretMask(
  secrets: ModelSecrets,
  baseUrl?: string,
  more: readonly string[] = [],
): SecretMask {
  const { apiKey, entraToken, servicePrincipal } = secrets;
  const headers = Object.values(secrets.headers).map((secret) => secret.reveal());
  return createTokenMask([
    ...[apiKey, entraToken, servicePrincipal?.clientSecret].map((secret) => secret?.reveal() ?? ""),
    ...Object.values(secrets.settings ?? {}).map((secret) => secret.reveal()),
    ...headers,
    ...headers.flatMap((value) => value.split(/\s+/)),
    ...urlValues(baseUrl),
    ...more,
  ]);
}

/** Text that is the same for equal credentials. Holds the secrets: compare it, and keep it in memory only. */
export function credentialsKey({ apiKey, entraToken, servicePrincipal, headers }: ModelSecrets): string {
  const { workspace, clientId, clientSecret } = servicePrincipal ?? {};
  return JSON.stringify([
    ...[apiKey, entraToken, clientSecret].map((secret) => secret?.reveal()),
    ...[workspace, clientId],
    Object.entries(headers).map(([name, secret]) => [name, secret.reveal()]),
  ]);
}

/** Password and query of a URL, raw and decoded. */
function urlValues(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password, search, searchParams } = new URL(url);
  return [password, decode(password), search.slice(1), ...searchParams.values()];
}

/** The error with secrets masked; the same error if it contains none. */
export function maskedError(error: ModelError, mask: SecretMask): ModelError {
  const { kind, status, retryAfterMs, usage, systemCode, hint, cause } = error;
  const message = mask(error.message);
  const providerCode = error.providerCode === undefined ? undefined : mask(error.providerCode);
  if (message === error.message && providerCode === error.providerCode) return error;
  return new ModelError(message, {
    ...{ kind, status, retryAfterMs, usage, systemCode, providerCode, hint, cause },
  });
}

/** A URL for display: without user, password, query and trailing slash. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/[^/]*@/, "//").replace(/[?#].*$/s, "");
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
