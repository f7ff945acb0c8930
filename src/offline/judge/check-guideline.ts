import { contentStems } from "../stems.ts";
import type { Likeness } from "./compare-texts.ts";

const numbers: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
};
const denied = /\b(?:not|never|no|without|avoid|don't|free of)\b/i;

/** Checks whether an answer follows a rule. A rule that no check covers counts as followed. */
export function checkGuideline(rule: string, answer: string): Likeness {
  const isForbidden = denied.test(rule);
  const found = lengthCheck(rule, answer) ?? formCheck(rule, answer) ?? wordCheck(rule, answer, isForbidden);
  if (found === undefined)
    return { value: answer.trim() === "" ? 0 : 1, reason: "Nothing in the answer goes against it." };
  return { value: found ? 1 : 0, reason: found ? "The answer keeps to it." : "The answer goes against it." };
}

function lengthCheck(rule: string, answer: string): boolean | undefined {
  const found =
    /\b(?:at most|no more than|maximum(?: of)?|under|up to|within|fewer than|less than|not exceed)\s+(\d+|one|two|three|four|five|six|ten)\s+(words?|sentences?|characters?|lines?)/i.exec(
      rule,
    );
  if (found === null) {
    if (/\b(?:one|single) word\b/i.test(rule)) return answer.trim().split(/\s+/).length === 1;
    return /\b(?:one|single) sentence\b/i.test(rule) ? sentences(answer) <= 1 : undefined;
  }
  const most = numbers[(found[1] ?? "").toLowerCase()] ?? Number(found[1]);
  const unit = (found[2] ?? "").toLowerCase();
  if (unit.startsWith("word")) return answer.trim().split(/\s+/).length <= most;
  if (unit.startsWith("sentence")) return sentences(answer) <= most;
  return unit.startsWith("line") ? answer.trim().split("\n").length <= most : answer.length <= most;
}

function sentences(text: string): number {
  return text.split(/[.!?]+(?:\s|$)/).filter((one) => one.trim() !== "").length;
}

function formCheck(rule: string, answer: string): boolean | undefined {
  if (/\bjson\b/i.test(rule)) {
    try {
      JSON.parse(answer);
      return !denied.test(rule);
    } catch {
      return denied.test(rule);
    }
  }
  if (/\blower-?\s?case\b/i.test(rule)) return answer === answer.toLowerCase();
  if (/\bupper-?\s?case\b|\bcapital letters\b/i.test(rule)) return answer === answer.toUpperCase();
  if (/\bemojis?\b/i.test(rule)) return /\p{Extended_Pictographic}/u.test(answer) !== denied.test(rule);
  if (/\bexclamation/i.test(rule)) return answer.includes("!") !== denied.test(rule);
  if (/\bmarkdown|code fences?\b/i.test(rule)) return /```|\*\*|^#/m.test(answer) !== denied.test(rule);
  return /\b(?:polite|courteous)\b/i.test(rule)
    ? !/\b(?:stupid|idiot|shut up|damn|dumb)\b/i.test(answer)
    : undefined;
}

function wordCheck(rule: string, answer: string, isForbidden: boolean): boolean | undefined {
  const quoted = [...rule.matchAll(/["“'`]([^"”'`]{2,60})["”'`]/g)].map((match) =>
    (match[1] ?? "").toLowerCase(),
  );
  const low = answer.toLowerCase();
  if (quoted.length > 0) {
    if (isForbidden) return !quoted.some((word) => low.includes(word));
    return /\bor\b/i.test(rule)
      ? quoted.some((word) => low.includes(word))
      : quoted.every((word) => low.includes(word));
  }
  const topic =
    /\b(?:mentions?|names?|includes?|contains?|states?|talk(?:s)? about|refers? to)\s+(.+)$/i.exec(rule)?.[1];
  if (topic === undefined) return undefined;
  const stems = contentStems(topic);
  const given = new Set(contentStems(answer));
  const share = stems.length === 0 ? 1 : stems.filter((stem) => given.has(stem)).length / stems.length;
  return isForbidden ? share < 0.5 : share >= 0.5;
}
