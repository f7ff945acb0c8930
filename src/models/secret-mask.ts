import { unescape as decode } from "node:querystring";
import type { ModelSecrets } from "../contracts/model-spec.ts";

const shortestMasked = 8;

/**
 * Hides the values of a model's secrets in a text that came from elsewhere. Shorter values are left:
 * masking `test` would garble ordinary words and protect nothing.
 */
export function secretMask(secrets: ModelSecrets, baseUrl?: string): (text: string) => string {
  const headers = Object.values(secrets.headers).map((secret) => secret.reveal());
  const values = [
    secrets.apiKey?.reveal() ?? "",
    ...headers,
    ...headers.flatMap((value) => value.split(/\s+/)),
    ...urlValues(baseUrl),
  ]
    .filter((value) => value.length >= shortestMasked)
    // Longest first: a value that holds another one must go before its part does.
    .sort((one, other) => other.length - one.length);
  return (text) => values.reduce((masked, value) => masked.replaceAll(value, "[secret]"), text);
}

/** Password and query of an address, as written and decoded. */
function urlValues(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password, search, searchParams } = new URL(url);
  return [password, decode(password), search.slice(1), ...searchParams.values()];
}
