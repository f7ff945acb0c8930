import type { JsonValue } from "../core/data/json.ts";

/**
 * JSON whose integers beyond 2^53 become texts, digit by digit as they were: traces have nanoseconds and ids as
 * numbers, which JSON.parse would round. Throws SyntaxError for a text that is no JSON.
 */
export function parseExactJson(text: string): JsonValue {
  return JSON.parse(/\d{16}/.test(text) ? quoteLongIntegers(text) : text) as JsonValue;
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function quoteLongIntegers(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const found = text.indexOf('"', at);
    const quote = found === -1 ? text.length : found;
    parts.push(text.slice(at, quote).replace(number, quoted));
    at = endOfText(text, quote);
    parts.push(text.slice(quote, at));
  }
  return parts.join("");
}

/** Just behind the closing quote of the JSON text that opens here. */
function endOfText(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function quoted(token: string): string {
  return isLongInteger(token) ? `"${token}"` : token;
}

/** True for digits that a JavaScript number does not hold. */
export function isLongInteger(digits: string): boolean {
  return /^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits));
}
