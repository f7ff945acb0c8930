const decoration = new Set([..." \t\r\n\"'`“”‘’«»„*_~()[]{}<>.,;:!?。！？、"]);

/** Strips quotes, emphasis, brackets and full stops from a short answer. */
export function stripDecoration(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && decoration.has(text.charAt(start))) start++;
  while (end > start && decoration.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The text after a leading caption (`Sentiment: positive`); undefined without one. */
export function afterCaption(text: string): string | undefined {
  return /^[\p{L}\p{N} _*-]{1,40}:([\s\S]*)$/u.exec(text.trim())?.[1];
}

const spaceless =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const startsWithWord = new RegExp(`^(?![${spaceless}])[\\p{L}\\p{N}]`, "u");
const endsWithWord = new RegExp(`(?![${spaceless}])[\\p{L}\\p{N}]$`, "u");

/**
 * A pattern that finds any of the texts as whole words, and the longest of those that start at the same position.
 * `positive` is not in `non-positive` or `positive_trend`, but is in `_positive_`. In scripts without spaces,
 * texts match anywhere.
 */
export function wholeWordPattern(texts: readonly string[], ignoreCase: boolean): RegExp {
  const longestFirst = [...texts].sort((one, other) => other.length - one.length);
  const source = longestFirst.map(wholeWordSource).join("|");
  return new RegExp(source, ignoreCase ? "giu" : "gu");
}

function wholeWordSource(text: string): string {
  const literal = text.trim().split(/\s+/u).map(escapePattern).join("\\s+");
  const before = startsWithWord.test(text.trim()) ? "(?<![\\p{L}\\p{N}][_-]?)" : "";
  const after = endsWithWord.test(text.trim()) ? "(?![_-]?[\\p{L}\\p{N}])" : "";
  return `${before}${literal}${after}`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Differences to ignore when comparing two texts. */
export interface Folding {
  readonly ignoreCase?: boolean;
  /** Treats runs of white space as one space. */
  readonly ignoreSpace?: boolean;
  readonly ignorePunctuation?: boolean;
  /** Treats composed and decomposed letters (é as one or two code points) as equal. */
  readonly ignoreUnicodeForm?: boolean;
}

/** The text without the ignored differences; always trimmed. */
export function foldText(text: string, folding: Folding = {}): string {
  let folded = text;
  if (folding.ignoreUnicodeForm) folded = folded.normalize("NFC");
  if (folding.ignoreCase) folded = folded.toLowerCase();
  if (folding.ignorePunctuation) folded = folded.replace(/\p{P}/gu, "");
  if (folding.ignoreSpace) folded = folded.replace(/\s+/gu, " ");
  return folded.trim();
}
