const shortestMasked = 8;
const mask = "[secret]";
/** Signs of base64 that say too little to be masked on their own. */
const shortestEncoded = 10;

/** Hides known secrets in texts that came from elsewhere. */
export interface SecretMask {
  (text: string): string;
  /** The value with its texts masked, keys of objects too; itself when it holds no secret. */
  deep<Value>(value: Value): Value;
}

/**
 * Hides values wherever they stand in a text, in the forms that providers and applications quote them in: as they
 * are, in other case, in base64 (of the value, and of texts that hold it), URL-encoded, as hex, escaped in JSON.
 * Shorter values than eight signs are left: masking `test` would garble ordinary words and protect nothing.
 */
export function createSecretMask(values: Iterable<string>): SecretMask {
  const secrets = [...new Set(values)].filter((value) => value.length >= shortestMasked);
  const forms = [...new Set(secrets.flatMap(formsOf))]
    // Longest first: a form that holds another one must go before its part does.
    .sort((one, other) => other.length - one.length);
  const pattern = forms.length === 0 ? undefined : new RegExp(forms.map(escaped).join("|"), "gi");
  return maskOf(pattern === undefined ? [] : [pattern]);
}

/** Hides what any of the patterns finds; they are global. */
export function maskOf(patterns: readonly RegExp[]): SecretMask {
  const maskText = (text: string) => patterns.reduce((masked, one) => masked.replace(one, mask), text);
  const isSecret = (text: string) => patterns.some((one) => text.search(one) !== -1);
  // Hardly any value holds a secret, and a copy of every one would cost more than the look.
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

/** What is the same of every base64 text that holds the bytes after `before` others, modulo three. */
function encodedWithin(bytes: Buffer, before: number): readonly string[] {
  const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
  // Signs at the edges depend on the bytes around.
  const from = before === 0 ? 0 : before + 1;
  const until = Math.floor((shifted.length * 8) / 6);
  const encoded = shifted.toString("base64").slice(from, until);
  if (encoded.length < shortestEncoded) return [];
  return [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(encoded)];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Keys are texts too: a body may well use a credential as one. */
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
 * A value that must not be written down. It prints and serialises as `[secret]`, so a record that
 * holds one by mistake still holds no key; only `reveal()` gives the text.
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
