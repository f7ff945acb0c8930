import { type Detector, matchSpans, mergeSpans } from "../span.ts";

const dashed =
  /(?<![\p{L}\p{N}_-]|\d[ .])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\p{N}_]|-[\p{L}\p{N}])/gu;
const loose =
  /(?<![\p{L}\p{N}_-]|\d[ .])(?!000|666)\d{3}[ .-]?(?!00)\d{2}[ .-]?(?!0000)\d{4}(?![\p{L}\p{N}_]|[ .-]\d)/gu;
const named = /\bssn|social[ _-]?sec|\bss ?#|\bitin\b|\btax(?:payer)? id/i;

/** US social security numbers: with dashes anywhere; grouped otherwise, or not at all, where the text names them. */
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
