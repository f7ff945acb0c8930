/** Shorter values would hide half of every text, and are no keys. */
const shortestSecret = 8;
const mask = "[secret]";

/** A copy in which no text, and no key of an object, holds one of the values. Gives the same object when none did. */
export function maskSecrets<Value>(value: Value, secrets: readonly string[]): Value {
  const meant = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
  if (meant.length === 0) return value;
  // Almost never is there anything to mask, and one look at the whole text tells.
  const text = JSON.stringify(value);
  const held = meant.filter((secret) => text.includes(escaped(secret)));
  if (held.length === 0) return value;
  return maskIn(
    value,
    held.flatMap((secret) => [...new Set([secret, escaped(secret)])]),
  ) as Value;
}

/** As it stands inside JSON; arguments of tools are JSON inside of texts. */
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
