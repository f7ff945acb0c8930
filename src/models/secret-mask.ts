import { unescape as decode } from "node:querystring";
import type { ModelSecrets } from "../contracts/model-spec.ts";
import { ModelError } from "../core/errors.ts";
import { createSecretMask, type SecretMask } from "../core/text/secret.ts";

/** Masks a model's secrets, and those in its URL, in text from other sources. */
export function secretMask(
  secrets: ModelSecrets,
  baseUrl?: string,
  more: readonly string[] = [],
): SecretMask {
  const headers = Object.values(secrets.headers).map((secret) => secret.reveal());
  return createSecretMask([
    secrets.apiKey?.reveal() ?? "",
    ...Object.values(secrets.settings ?? {}).map((secret) => secret.reveal()),
    ...headers,
    ...headers.flatMap((value) => value.split(/\s+/)),
    ...urlValues(baseUrl),
    ...more,
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

const loopbackHost = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopbackHost.test(new URL(url).hostname);
}
