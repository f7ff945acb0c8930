import { isJsonObject, type JsonValue, parsedJson } from "../../core/data/json.ts";
import { contentStems, normalizedWords } from "../stems.ts";
import { polarityOf } from "../task/sentiment.ts";

/** How much one answer agrees with another, 0 to 1, and why. */
export interface Likeness {
  readonly value: number;
  readonly reason: string;
}

const number = /-?\d+(?:[.,]\d+)*/g;

/** Compares meaning by words alone: equality, labels, numbers, JSON fields, shared words. */
export function compareTexts(expected: string, actual: string): Likeness {
  const [wanted, given] = [normalizedWords(expected), normalizedWords(actual)];
  if (given === "") return { value: 0, reason: "The answer is empty." };
  if (wanted === given) return { value: 1, reason: "Both say the same words." };
  const fields = compareJson(expected, actual);
  if (fields !== undefined) return fields;
  const stand = lastPolarity(given);
  const due = polarityOf(wanted);
  if (due !== undefined) {
    return stand === due
      ? { value: 0.95, reason: `The answer comes down to "${expected.trim()}".` }
      : {
          value: 0,
          reason: `"${expected.trim()}" is expected, and the answer comes down to something else.`,
        };
  }
  if (wanted.split(" ").length <= 4) return compareShort(wanted, given, expected);
  return compareLong(expected, actual);
}

function lastPolarity(words: string): string | undefined {
  return words
    .split(" ")
    .map(polarityOf)
    .findLast((one) => one !== undefined);
}

function compareShort(wanted: string, given: string, expected: string): Likeness {
  const isIn = ` ${given} `.includes(` ${wanted} `);
  const isDenied = isIn && new RegExp(`\\b(?:not|never|isn t|no)\\s+(?:\\w+\\s+)?${wanted}\\b`).test(given);
  if (isIn && !isDenied) return { value: 0.95, reason: `The answer states "${expected.trim()}".` };
  return { value: 0, reason: `The answer does not state "${expected.trim()}".` };
}

function compareLong(expected: string, actual: string): Likeness {
  const wanted = new Set(contentStems(expected));
  const given = new Set(contentStems(actual));
  const shared = [...wanted].filter((stem) => given.has(stem)).length;
  const recall = wanted.size === 0 ? 1 : shared / wanted.size;
  const precision = given.size === 0 ? 0 : shared / given.size;
  const numbers = expected.match(number) ?? [];
  const shown: readonly string[] = actual.match(number) ?? [];
  const kept = numbers.filter((one) => shown.includes(one)).length;
  const figures = numbers.length === 0 ? 1 : kept / numbers.length;
  const value = (0.75 * recall + 0.25 * precision) * (0.5 + 0.5 * figures);
  const share = Math.round(recall * 100);
  return {
    value,
    reason: `${share} % of what is expected is in the answer${figures < 1 ? ", and figures differ" : ""}.`,
  };
}

function compareJson(expected: string, actual: string): Likeness | undefined {
  const [wanted, given] = [parse(expected), parse(actual)];
  if (!isJsonObject(wanted)) return undefined;
  if (!isJsonObject(given)) return { value: 0, reason: "The answer is no JSON object, and one is expected." };
  const names = Object.keys(wanted);
  const wrong = names.filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(given[name]));
  const value = names.length === 0 ? 1 : 1 - wrong.length / names.length;
  return {
    value,
    reason: wrong.length === 0 ? "All fields agree." : `These fields differ: ${wrong.join(", ")}.`,
  };
}

function parse(text: string): JsonValue | undefined {
  return parsedJson(text.trim().replace(/^```\w*\n([\s\S]*)\n```$/, "$1"));
}

/** Whether both are one word or both are JSON. */
export function isSameForm(expected: string, actual: string): boolean {
  const isShort = (text: string): boolean => normalizedWords(text).split(" ").length <= 3;
  const isJson = (text: string): boolean => typeof parse(text) === "object";
  return isShort(expected) === isShort(actual) && isJson(expected) === isJson(actual);
}
