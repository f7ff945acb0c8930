import { unescape as decode } from "node:querystring";
import type { ModelSecrets } from "../contracts/model-spec.ts";
import { createSecretMask, type SecretMask } from "../core/text/secret.ts";

/** Hides the values of a model's secrets, and those in its address, in a text that came from elsewhere. */
export function secretMask(
  secrets: ModelSecrets,
  baseUrl?: string,
  more: readonly string[] = [],
): SecretMask {
  const headers = Object.values(secrets.headers).map((secret) => secret.reveal());
  return createSecretMask([
    secrets.apiKey?.reveal() ?? "",
    ...headers,
    ...headers.flatMap((value) => value.split(/\s+/)),
    ...urlValues(baseUrl),
    ...more,
  ]);
}

/** Password and query of an address, as written and decoded. */
function urlValues(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password, search, searchParams } = new URL(url);
  return [password, decode(password), search.slice(1), ...searchParams.values()];
}
