/** Kinds of personal data and secrets. Each has its own placeholder. */
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

/** A range of a text in UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface KindSpan extends Span {
  readonly kind: PersonalDataKind;
}

/** The kind of value that the key of a JSON member indicates. */
export type KeyHint = "secret" | "phone" | "ssn" | "name" | "address";

/** Finds spans of one kind, ordered and disjoint. Runs in time linear in the text. */
export type Detector = (text: string, hint?: KeyHint) => readonly Span[];

/** All matches of a pattern (flag `g`), or of its group `hit` (flag `d`), that `accept` returns true for. */
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

/** Sorts spans and merges those that overlap. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = { start: last.start, end: span.end };
  }
  return merged;
}

/** Replacements for findings. Stable, because filters and tests may rely on them. */
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

/** Text redaction as used by the traversal of values. */
export interface TextRules {
  redact(text: string, hint?: KeyHint): string;
  find(text: string): readonly (Span & { readonly placeholder: string })[];
}
