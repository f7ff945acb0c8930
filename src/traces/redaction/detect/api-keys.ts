import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";
import { keyPattern, webhookPattern } from "./key-patterns.ts";

const bearer =
  /(?<![\p{L}\p{N}_])(?:bearer|token|basic|apikey)[ \t]{1,4}(?<hit>[A-Za-z0-9._~+/-]{8,4096}={0,3})/dgiu;
const longKey = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{40}(?:[A-Za-z0-9+/]{44,48}={0,2})?(?![A-Za-z0-9+/_=-])/g;
const keyContext = /\baws|amazon|secret|AKIA|ASIA|\[API_KEY\]|account.?key|azure|access.?key|\ue000/i;
const pemBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const pemEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** Keys of the known providers, what stands behind `Bearer`, and private keys in PEM. */
export const findApiKeys: Detector = (text) => {
  const keys = mergeSpans([
    ...pemSpans(text),
    ...matchSpans(text, keyPattern),
    ...matchSpans(text, webhookPattern),
    ...matchSpans(text, bearer, ({ groups }) => isToken(groups?.["hit"] ?? "")),
  ]);
  return mergeSpans([...keys, ...secretHalves(text, keys)]);
};

function isToken(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value)
    ? value.length >= 12 || /[A-Z].*[a-z]|[a-z].*[A-Z]/.test(value)
    : value.length >= 16 && /[a-z][A-Z]|=$/.test(value);
}

/** An unmarked key of 40 or 84 to 88 signs (AWS, Azure), where the words before it or a key near by tell. */
function secretHalves(text: string, keys: readonly Span[]): readonly Span[] {
  let next = 0;
  return matchSpans(text, longKey, ({ 0: value, index }) => {
    if (!/\d/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
    while ((keys[next]?.end ?? Number.POSITIVE_INFINITY) < index - 200) next++;
    const beside = keys[next];
    if (beside !== undefined && beside.start < index + value.length + 200) return true;
    return keyContext.test(text.slice(Math.max(0, index - 80), index));
  });
}

/** A private key without its end was cut off: it reaches to the end of the text. */
function pemSpans(text: string): readonly Span[] {
  if (!text.includes("PRIVATE KEY")) return [];
  const spans: Span[] = [];
  pemBegin.lastIndex = 0;
  for (let begin = pemBegin.exec(text); begin !== null; begin = pemBegin.exec(text)) {
    pemEnd.lastIndex = pemBegin.lastIndex;
    const end = pemEnd.exec(text);
    const until = end === null ? text.length : end.index + end[0].length;
    spans.push({ start: begin.index, end: until });
    if (end === null) break;
    pemBegin.lastIndex = until;
  }
  return spans;
}
