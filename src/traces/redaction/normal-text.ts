import type { Span } from "./span.ts";

/**
 * A normalized text: all digits as 0–9, all spaces as blanks, all dashes as `-`, no invisible characters,
 * with JSON escapes (`\n`, `\u0040`) and common URL escapes (`%40`) decoded. `original` maps a span of this
 * text to the span of the given text.
 */
interface NormalText {
  readonly text: string;
  original(span: Span): Span;
}

const special = /[^\t\n\r\x20-\x7e]|\\|%(?:40|2[bB0])/;
const parts = /\\(?:u[0-9a-fA-F]{4}|[nrtbf"/\\])|%(?:40|2[bB0])|[^\t\n\r\x20-\x7e]/gu;
const escapes: Readonly<Record<string, string>> = {
  "\\n": "\n",
  "\\r": "\r",
  "\\t": "\t",
  "\\b": " ",
  "\\f": " ",
  '\\"': '"',
  "\\/": "/",
  "\\\\": "\\",
  "%40": "@",
  "%2b": "+",
  "%20": " ",
};

export function normalText(given: string): NormalText {
  if (!special.test(given)) return { text: given, original: (span) => span };
  let text = "";
  let read = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  const keep = (until: number) => {
    for (let at = read; at < until; at++) {
      starts.push(at);
      ends.push(at + 1);
    }
    text += given.slice(read, until);
  };
  for (const { 0: part, index } of given.matchAll(parts)) {
    keep(index);
    read = index + part.length;
    const plain = plainForm(part);
    text += plain;
    for (let unit = 0; unit < plain.length; unit++) {
      // Unchanged characters keep their own code units; rewritten ones map as a whole.
      starts.push(plain === part ? index + unit : index);
      ends.push(plain === part ? index + unit + 1 : read);
    }
  }
  keep(given.length);
  return {
    text,
    original: ({ start, end }) => ({
      start: starts[start] ?? given.length,
      end: end > start ? (ends[end - 1] ?? given.length) : (starts[start] ?? given.length),
    }),
  };
}

function plainForm(part: string): string {
  const escaped = escapes[part.toLowerCase()];
  if (escaped !== undefined) return escaped;
  if (part.startsWith("\\u")) {
    const letter = String.fromCharCode(Number.parseInt(part.slice(2), 16));
    return special.test(letter) && letter !== "\\" ? plainLetter(letter) : letter;
  }
  return plainLetter(part);
}

function plainLetter(letter: string): string {
  // Invisible: format characters (zero-width, soft hyphen, direction marks) and combining accents.
  if (/\p{Cf}|[\ufe00-\ufe0f]|[\u0300-\u036f]/u.test(letter)) return "";
  if (/[\u2028\u2029\u0085]/.test(letter)) return "\n";
  if (/\p{Zs}/u.test(letter)) return " ";
  if (/[\p{Pd}\u2212]/u.test(letter)) return "-";
  if (/[\u2018\u2019\u02bc]/.test(letter)) return "'";
  if (/\p{Nd}/u.test(letter)) return String(digitValue(letter.codePointAt(0) ?? 0));
  const compatible = /[\uff01-\uff5e]|[\u{1d400}-\u{1d7ff}]/u.test(letter)
    ? letter.normalize("NFKC")
    : letter;
  return compatible;
}

/** Decimal digits come in blocks of ten, zero first. */
function digitValue(codePoint: number): number {
  // The mathematical digits are five contiguous blocks.
  if (codePoint >= 0x1d7ce && codePoint <= 0x1d7ff) return (codePoint - 0x1d7ce) % 10;
  let zero = codePoint;
  while (codePoint - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return codePoint - zero;
}
