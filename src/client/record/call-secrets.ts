import type { OpenAI } from "openai";

/** Shorter values would mask ordinary text and are not keys. */
const shortestSecret = 8;
const mask = "[secret]";

/**
 * A copy in which no string and no object key contains one of the values. Returns the same object if none does.
 */
export function maskSecrets<Value>(value: Value, secrets: readonly string[]): Value {
  const meant = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
  if (meant.length === 0) return value;
  // There is rarely anything to mask, and one search of the whole text finds out.
  const text = JSON.stringify(value);
  const held = meant.filter((secret) => text.includes(escaped(secret)));
  if (held.length === 0) return value;
  return maskIn(
    value,
    held.flatMap((secret) => [...new Set([secret, escaped(secret)])]),
  ) as Value;
}

/** The value as escaped inside JSON; arguments of tools are JSON inside strings. */
function escaped(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function maskIn(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return maskText(value, secrets);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => maskIn(item, secrets));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [maskText(key, secrets), maskIn(member, secrets)]),
  );
}

function maskText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
}

const secretHeader = /key|token|secret|auth|cookie|password|credential/i;

/**
 * Every key that a call is sent with or that its client holds: none of them may be recorded. Captured at once and
 * evaluated later, because a client whose key is a function may return another one by then.
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

/** Whole values and their parts: `Bearer sk-…` contains the key. */
function secretsIn(headers: unknown): readonly string[] {
  return entriesOf(headers)
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([, value]) => [value].flat())
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...value.split(/[\s;,=]+/)]);
}

/** Header formats that the SDK accepts. */
function entriesOf(headers: unknown): readonly (readonly [string, unknown])[] {
  if (typeof headers !== "object" || headers === null) return [];
  if (headers instanceof Headers) return [...headers.entries()];
  if (Array.isArray(headers))
    return headers.flatMap((one) => (Array.isArray(one) ? [[String(one[0]), one[1]]] : entriesOf(one)));
  if ("values" in headers && headers.values instanceof Headers) return [...headers.values.entries()];
  return Object.entries(headers);
}

/** Options that the SDK's resources pass to `post`. */
export type PostOptions = Parameters<OpenAI["post"]>[1];
/** Arguments that the SDK passes before it sends an attempt. */
export type SentRequest = [
  request: Parameters<OpenAI["fetchWithTimeout"]>[1] & object,
  context: { readonly url: string; readonly options: Parameters<OpenAI["buildRequest"]>[0] },
];
