const spaceless =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const startsWithWord = new RegExp(`^(?![${spaceless}])[\\p{L}\\p{N}]`, "u");
const endsWithWord = new RegExp(`(?![${spaceless}])[\\p{L}\\p{N}]$`, "u");

/**
 * Finds any of the texts where it stands as words of its own; of two that begin at one place the
 * longer is found. `positive` is not in `non-positive` or `positive_trend`, but is in `_positive_`.
 * Scripts written without blanks have no edges of words: there, it is found anywhere.
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
