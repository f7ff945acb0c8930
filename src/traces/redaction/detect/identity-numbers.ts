import cardValidator from "card-validator";
import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";

/** How card numbers are grouped. Numbers without gaps may have any valid length. */
const groupings = new Set([
  "4,4,4,4",
  "4,6,5",
  "4,6,4",
  "4,4,4,4,3",
  "4,4,4,4,2",
  "4,4,4,1",
  "4,3,3,3",
  "6,10",
]);
const maxGroups = 5;
const run = /(?<![\p{L}\p{N}_])\d{1,19}(?:[ .-]\d{1,19}){0,400}(?![\p{L}_])/gu;
const group = /\d+/g;

/** Numbers in the range and length of a known brand with a valid check digit. */
export const findCards: Detector = (text) => {
  const spans: Span[] = [];
  for (const { 0: digits, index } of text.matchAll(run)) {
    if (digits.length < 13) continue;
    const groups = [...digits.matchAll(group)];
    for (let first = 0; first < groups.length; first++) {
      const count = cardAt(groups.slice(first, first + maxGroups).map(([one]) => one));
      const last = groups[first + count - 1];
      if (count === 0 || last === undefined) continue;
      spans.push({ start: index + (groups[first]?.index ?? 0), end: index + last.index + last[0].length });
      first += count - 1;
    }
  }
  return spans;
};

/** How many of the groups, from the first, form a card number; 0 if none. */
function cardAt(groups: readonly string[]): number {
  for (let count = groups.length; count > 0; count--) {
    const taken = groups.slice(0, count);
    if (count > 1 && !groupings.has(taken.map((one) => one.length).join(","))) continue;
    if (isCardNumber(taken.join(""))) return count;
  }
  return 0;
}

function isCardNumber(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  if (!hasCheckDigit(digits)) return false;
  // Visa's old length, which the validator does not support.
  if (digits.length === 13) return digits.startsWith("4");
  return cardValidator.number(digits, { luhnValidateUnionPay: true }).isValid;
}

/** The Luhn algorithm. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

const dashed =
  /(?<![\p{L}\p{N}_-]|\d[ .])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\p{N}_]|-[\p{L}\p{N}])/gu;
const loose =
  /(?<![\p{L}\p{N}_-]|\d[ .])(?!000|666)\d{3}[ .-]?(?!00)\d{2}[ .-]?(?!0000)\d{4}(?![\p{L}\p{N}_]|[ .-]\d)/gu;
const named = /\bssn|social[ _-]?sec|\bss ?#|\bitin\b|\btax(?:payer)? id/i;

/** US social security numbers: with dashes anywhere; in other notations only if the text names them. */
export const findSocialSecurityNumbers: Detector = (text, hint) => {
  const nearby = (start: number, end: number) =>
    named.test(text.slice(Math.max(0, start - 48), start)) || named.test(text.slice(end, end + 16));
  return mergeSpans([
    ...matchSpans(text, dashed),
    ...matchSpans(
      text,
      loose,
      ({ 0: match, index }) => hint === "ssn" || nearby(index, index + match.length),
    ),
  ]);
};
