import type { Example } from "../core/data/example.ts";
import { findExpectedAnswer } from "./expected-answer.ts";

const maxWords = 5;

/**
 * The scorer of a config that names none: `exact_match` where every expected answer is short (one
 * line, at most 5 words), else `equivalence`. Rows with expected facts alone need the latter.
 */
export function chooseDefaultScorer(examples: Iterable<Example>): "exact_match" | "equivalence" {
  let hasAnswer = false;
  for (const example of examples) {
    const expected = findExpectedAnswer(example);
    if (expected === undefined && (example.expectedFacts ?? []).length > 0) return "equivalence";
    if (expected === undefined) continue;
    if (!isShort(expected)) return "equivalence";
    hasAnswer = true;
  }
  return hasAnswer ? "exact_match" : "equivalence";
}

function isShort(answer: string): boolean {
  const trimmed = answer.trim();
  return !/[\r\n\u2028\u2029]/.test(trimmed) && trimmed.split(/\s+/u).length <= maxWords;
}
