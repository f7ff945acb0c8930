import { findAsianNames } from "../names/asian-names.ts";
import { nameLength } from "../names/name-length.ts";
import { type NameToken, nameTokens } from "../names/name-tokens.ts";
import { type Detector, mergeSpans, type Span } from "../span.ts";

const wholeName = /^\s*[\p{L}\p{M}][\p{L}\p{M}'., -]{1,60}$/u;

/**
 * Names of persons: by the words that introduce them, by titles, and by lists of given and family names. A listed
 * name that is a word or a place too (`May`, `Jordan`) needs a family name, a title or a greeting by its side.
 */
export const findPersonNames: Detector = (text, hint) => {
  if (hint === "name" && wholeName.test(text) && text.trim().split(/\s+/).length <= 5)
    return [{ start: 0, end: text.length }];
  const spans: Span[] = [...findAsianNames(text)];
  if (!/\p{L}{2}/u.test(text)) return spans;
  const tokens = nameTokens(text);
  const named = new Set<string>();
  const free: NameToken[] = [];
  for (let at = 0; at < tokens.length; ) {
    const { skipped, taken } = nameLength(tokens, at, text);
    const parts = tokens.slice(at + skipped, at + skipped + taken);
    const first = parts[0];
    const last = parts.at(-1);
    if (first !== undefined && last !== undefined) spans.push({ start: first.start, end: last.end });
    for (const { folded, isWord } of parts) if (!isWord && folded.length > 3) named.add(folded);
    const next = at + Math.max(1, skipped + taken);
    if (taken === 0) free.push(...tokens.slice(at, next));
    at = next;
  }
  // Whoever was named in full once may be called by one name elsewhere in the text.
  for (const { isCapital, isCode, folded, start, end } of free)
    if (isCapital && !isCode && named.has(folded)) spans.push({ start, end });
  return mergeSpans(spans);
};
