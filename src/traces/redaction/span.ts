/** What is looked for. Each kind has a placeholder of its own. */
export type PersonalDataKind =
  | "api_key"
  | "secret"
  | "credentials"
  | "email"
  | "ip"
  | "card"
  | "ssn"
  | "phone"
  | "address"
  | "name";

/** A stretch of a text, end exclusive, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface KindSpan extends Span {
  readonly kind: PersonalDataKind;
}

/** What the key of a JSON member says about its value. */
export type KeyHint = "secret" | "phone" | "ssn" | "name" | "address";

/** Finds stretches of one kind, in order and apart from each other. Takes time linear in the text. */
export type Detector = (text: string, hint?: KeyHint) => readonly Span[];

/** Every match of a pattern (flag `g`), or of its group `hit` (flag `d`), that `accept` takes. */
export function matchSpans(
  text: string,
  pattern: RegExp,
  accept: (match: RegExpExecArray) => boolean = () => true,
): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    if (!accept(match)) continue;
    const [start, end] = match.indices?.groups?.["hit"] ?? [match.index, match.index + match[0].length];
    spans.push({ start, end });
  }
  return spans;
}

/** Ordered, and joined where they touch or overlap. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = { start: last.start, end: span.end };
  }
  return merged;
}

/** What stands in the place of what was found. Stable: filters and tests may look for them. */
export const placeholders: Readonly<Record<PersonalDataKind, string>> = {
  api_key: "[API_KEY]",
  secret: "[SECRET]",
  credentials: "[CREDENTIALS]",
  email: "[EMAIL]",
  ip: "[IP]",
  card: "[CARD]",
  ssn: "[SSN]",
  phone: "[PHONE]",
  address: "[ADDRESS]",
  name: "[NAME]",
};

const written = new Set(Object.values(placeholders));

export function isPlaceholder(text: string): boolean {
  return written.has(text);
}

/** What the walk through a value asks of the rules for plain text. */
export interface TextRules {
  redact(text: string, hint?: KeyHint): string;
  find(text: string): readonly (Span & { readonly placeholder: string })[];
}
