import type { OpenAI } from "openai";
import type { PostOptions } from "./post-options.ts";

const secretHeader = /key|token|secret|auth|cookie|password|credential/i;

/**
 * Every key that a call goes out with, or that its client holds: none of them may stand in what is recorded. Taken
 * at once, and read when there is time: a client whose key is a function has another one later.
 */
export function callSecrets(
  client: OpenAI,
  options: PostOptions,
  serverKey: string | undefined,
): () => readonly string[] {
  const { apiKey, adminAPIKey, webhookSecret } = client;
  const { defaultHeaders } = client["_options"];
  const given = options === undefined || "then" in options ? undefined : options.headers;
  return () =>
    [apiKey, adminAPIKey, webhookSecret, serverKey, ...secretsIn(defaultHeaders), ...secretsIn(given)].filter(
      (secret) => typeof secret === "string",
    );
}

/** Whole values, and their parts: `Bearer sk-…` holds the key. */
function secretsIn(headers: unknown): readonly string[] {
  return entriesOf(headers)
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([, value]) => [value].flat())
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...value.split(/[\s;,=]+/)]);
}

/** The forms that the SDK takes headers in. */
function entriesOf(headers: unknown): readonly (readonly [string, unknown])[] {
  if (typeof headers !== "object" || headers === null) return [];
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers))
    return headers.flatMap((one) => (Array.isArray(one) ? [[String(one[0]), one[1]]] : entriesOf(one)));
  if ("values" in headers && headers.values instanceof Headers) return [...headers.values.entries()];
  return Object.entries(headers);
}
