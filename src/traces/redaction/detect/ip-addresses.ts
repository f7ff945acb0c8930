import { isIPv4, isIPv6 } from "node:net";
import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";

const dotted = /(?<![\p{L}\p{N}_.-]|\p{L}\/)\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}_]|\.\d)/gu;
const versionBefore =
  /(?:\b(?:v|ver|version|release|released?|firmware|build|section|sec|chapter|ch|table|tab|figure|fig|clause|article|paragraph|appendix|item|step|update|upgrade[ds]?(?: (?:to|from))?|java|windows|kernel|driver|patch|rev|revision|sdk|jdk|api|nt)\.?|§|==|~>|>=|\^|~)[ :]{0,2}$/i;
const colons =
  /(?<![\p{L}\p{N}_:.])(?=[0-9a-fA-F]{0,4}:)[0-9a-fA-F:]{2,41}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:%[\w.-]{1,16})?(?![\p{L}\p{N}_])/gu;

/** IPv4 and IPv6 addresses. Four dotted numbers that the text calls a version or a section do not count. */
export const findIpAddresses: Detector = (text) => {
  const spans: Span[] = [];
  if (text.includes(".")) {
    const four = matchSpans(text, dotted, ({ 0: match, index }) => {
      // The wildcard address and network masks identify nobody.
      if (!isIPv4(match) || match === "0.0.0.0" || match.startsWith("255.")) return false;
      return !versionBefore.test(text.slice(Math.max(0, index - 24), index));
    });
    spans.push(...four);
  }
  if (text.includes(":"))
    spans.push(...[...text.matchAll(colons)].flatMap(({ 0: match, index }) => sixAt(match, index)));
  return mergeSpans(spans);
};

function sixAt(match: string, start: number): readonly Span[] {
  const address = match.endsWith("::") ? match : match.replace(/:$/, "");
  // `a::b` is a common notation in programs, so addresses without a digit are ignored.
  if (!isIPv6(address.replace(/%.*/, "")) || !/\d/.test(address)) return [];
  return [{ start, end: start + address.length }];
}
