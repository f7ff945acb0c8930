import search from "approx-string-match";
import { foldText } from "./fold-text.ts";

/** Share of a fact's characters that may differ: 0.1 is one in ten. */
type Deviation = number;

/**
 * Whether a text states a fact: it contains its words, regardless of case and spacing. A number at the edge of a
 * fact must not be part of a longer one (`5 days` is not in `15 days`), and a fact found with deviations must
 * contain the same numbers.
 */
export function statesFact(text: string, fact: string, deviation: Deviation = 0): boolean {
  const heap = fold(text);
  const needle = fold(fact);
  if (needle === "") return true;
  for (let at = heap.indexOf(needle); at !== -1; at = heap.indexOf(needle, at + 1)) {
    if (!splitsNumber(heap, at, at + needle.length)) return true;
  }
  const errors = Math.floor(needle.length * deviation + 1e-9);
  if (errors === 0) return false;
  const numbers = numbersIn(needle);
  return search(heap, needle, errors).some(
    ({ start, end }) => numbersIn(widen(heap, start, end)).join(" ") === numbers.join(" "),
  );
}

function fold(text: string): string {
  return foldText(text, { ignoreCase: true, ignoreSpace: true, ignoreUnicodeForm: true });
}

function splitsNumber(text: string, start: number, end: number): boolean {
  const startsInside =
    /\d/.test(text.charAt(start)) && /\d[.,]?$/.test(text.slice(Math.max(0, start - 2), start));
  const endsInside = /\d/.test(text.charAt(end - 1)) && /^[.,]?\d/.test(text.slice(end, end + 2));
  return startsInside || endsInside;
}

function numbersIn(text: string): string[] {
  return text.match(/\d+(?:[.,]\d+)*/g) ?? [];
}

/** The match, extended by the rest of a number at its edges. */
function widen(text: string, start: number, end: number): string {
  const before = /[\d.,]*$/.exec(text.slice(Math.max(0, start - 20), start))?.[0] ?? "";
  const after = /^[\d.,]*/.exec(text.slice(end, end + 20))?.[0] ?? "";
  return before + text.slice(start, end) + after;
}
