import type { Example } from "../../core/data/example.ts";
import { findExpectedAnswer } from "../expected-answer.ts";
import { parseJsonAnswer } from "../json/parse-json-answer.ts";
import type { AnswerSet } from "./format-fault.ts";

const mostWords = 5;
const mostLabels = 200;
/** Rows per label below which the answers are taken for free text. */
const fewestRowsPerLabel = 2;

/** Describes the expected answers of the rows: a set of labels, short texts, or JSON. */
export function answerSetOf(examples: readonly Example[]): AnswerSet {
  const expected = examples.flatMap((example) => findExpectedAnswer(example)?.trim() ?? []);
  const isShort = expected.length > 0 && expected.every(isShortText);
  const labels = isShort ? labelsOf(expected) : undefined;
  return {
    isShort,
    isJson: expected.length > 0 && expected.every(isJsonText),
    ...(labels === undefined ? {} : { labels }),
  };
}

function isShortText(text: string): boolean {
  return text !== "" && !/[\r\n]/.test(text) && text.split(/\s+/u).length <= mostWords;
}

function isJsonText(text: string): boolean {
  return /^[{[]/.test(text) && parseJsonAnswer(text, false).ok;
}

/** The different answers in alphabetical order; undefined if they seldom repeat or differ in case only. */
function labelsOf(expected: readonly string[]): readonly string[] | undefined {
  const labels = [...new Set(expected)].sort();
  const isSet =
    labels.length >= 2 &&
    labels.length <= mostLabels &&
    expected.length >= labels.length * fewestRowsPerLabel &&
    new Set(labels.map((label) => label.toLowerCase())).size === labels.length;
  return isSet ? labels : undefined;
}
