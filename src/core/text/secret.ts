const shortestMasked = 8;
const mask = "[secret]";
/** Shorter pieces of base64 are too common to mask on their own. */
const shortestEncoded = 10;

/** Masks known secrets in foreign texts. */
export interface SecretMask {
  (text: string): string;
  /** Masks the texts and keys inside a value; returns the same value if it holds no secret. */
  deep<Value>(value: Value): Value;
}

/**
 * Masks values anywhere in a text, in the forms that providers and applications quote: as they are, in other
 * case, in base64 (of the value, and of texts that contain it), URL-encoded, as hex, escaped in JSON. Values
 * shorter than eight characters are ignored: masking `test` would garble ordinary words and protect nothing.
 */
export function createSecretMask(values: Iterable<string>): SecretMask {
  const secrets = [...new Set(values)].filter((value) => value.length >= shortestMasked);
  const forms = [...new Set(secrets.flatMap(formsOf))]
    // Longest first, so that a form is replaced before its substrings.
    .sort((one, other) => other.length - one.length);
  const pattern = forms.length === 0 ? undefined : new RegExp(forms.map(escaped).join("|"), "gi");
  return maskOf(pattern === undefined ? [] : [pattern]);
}

/** Masks every match of the patterns, which must be global. */
export function maskOf(patterns: readonly RegExp[]): SecretMask {
  const maskText = (text: string) => patterns.reduce((masked, one) => masked.replace(one, mask), text);
  const isSecret = (text: string) => patterns.some((one) => text.search(one) !== -1);
  // Few values hold a secret, and checking is cheaper than copying.
  const deep = <Value>(value: Value): Value =>
    patterns.length > 0 && holds(value, isSecret) ? (mapTexts(value, maskText) as Value) : value;
  return Object.assign(maskText, { deep });
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const quoted = JSON.stringify(value).slice(1, -1);
  return [
    value,
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll("%20", "+"),
    quoted,
    bytes.toString("hex"),
    ...[0, 1, 2].flatMap((before) => encodedWithin(bytes, before)),
  ];
}

/** The part of the base64 text that is the same whichever `before` bytes (modulo three) come first. */
function encodedWithin(bytes: Buffer, before: number): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
  // Characters at the edges depend on the neighboring bytes.
  const from = before === 0 ? 0 : before + 1;
  const until = Math.floor((shifted.length * 8) / 6);
  const encoded = shifted.toString("base64").slice(from, until);
  if (encoded.length < shortestEncoded) return [];
  return [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(encoded)];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Checks keys too: a body may use a credential as a key. */
function holds(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === "string") return test(value);
  if (Array.isArray(value)) return value.some((item) => holds(item, test));
  if (typeof value !== "object" || value === null) return false;
  for (const key of Object.keys(value)) {
    if (test(key) || holds((value as Record<string, unknown>)[key], test)) return true;
  }
  return false;
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [map(key), mapTexts(member, map)]));
}

const values = new WeakMap<Secret, string>();

/**
 * A value that must not be stored. It prints and serializes as `[secret]`, so a record that includes one by
 * mistake does not leak it. Only `reveal()` returns the text.
 */
export class Secret {
  constructor(value: string) {
    values.set(this, value);
  }

  reveal(): string {
    return values.get(this) ?? "";
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
