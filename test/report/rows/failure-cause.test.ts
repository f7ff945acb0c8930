import { describe, expect, test } from "vitest";
import type { RowAnswer, RowResult } from "../../../src/contracts/row-result.ts";
import { createFailureCause } from "../../../src/report/rows/failure-cause.ts";

const answer = (output: string | null, over: Partial<RowAnswer> = {}): RowAnswer => ({
  output,
  score: 0,
  feedback: null,
  error: null,
  ...over,
});
const row = (expected: string | null, output: RowAnswer): RowResult => ({
  example: "x",
  inputs: {},
  expected,
  base: output,
  optimized: output,
});
const labels = ["positive", "negative", "neutral", "positive", "negative", "neutral"].map((label) =>
  row(label, answer(label, { score: 1 })),
);

/** The cause of an answer, among rows that show what kind of task it is. */
function cause(expected: string | null, given: RowAnswer, others: readonly RowResult[] = []) {
  const one = row(expected, given);
  return createFailureCause([...others, one])(one, given);
}

describe("the cause of a failure", () => {
  test.each([
    ["neutral", "positive", "“neutral” read as “positive”"],
    ["neutral", "The text is neutral.", "Right label inside a sentence"],
    ["neutral", "Neutral", "Differs in letter case or blanks only"],
    ["neutral", "neutral or positive", "Right label beside others"],
    ["neutral", "negative or positive", "Several wrong labels"],
    ["neutral", "neutrality", "No known label"],
  ])("of labels: %s answered with %s", (expected, output, words) => {
    expect(cause(expected, answer(output), labels)).toBe(words);
  });

  test.each([
    ['{"a":1,"b":2}', '{"a":1,"b":3}', "Wrong value: b"],
    ['{"a":1,"b":2}', '{"a":0,"b":3}', "Wrong values of several fields"],
    ['{"a":1,"b":2}', '{"a":1}', "Field missing: b"],
    ['{"a":1}', '{"a":1,"c":2}', "Fields that were not asked for"],
    ['{"a":1}', 'Here it is: {"a":1}', "JSON inside other text"],
    ['{"a":1}', '{"a":1', "Not valid JSON"],
    ['{"a":1}', "[1]", "Not a JSON object"],
    ["42", "43", "Wrong number"],
    ["42", "The answer is 42.", "Right number inside a sentence"],
    ["42", "about forty", "Wrong number inside a sentence"],
    ["Dear Ann", "dear ann, thank you", "Expected text inside a longer answer"],
    ["Dear Ann", "Hello", "Other wrong answer"],
  ])("of %s answered with %s", (expected, output, words) => {
    expect(cause(expected, answer(output))).toBe(words);
  });

  test("missing answers and errors are causes of their own, whatever the ids in a message", () => {
    expect(cause("x", answer(null, { missing: "cut_off" }))).toBe("Cut off by the length limit");
    expect(cause("x", answer(" "))).toBe("Empty answer");
    const error = (id: string) => answer(null, { score: null, error: `request ${id} failed\nat line 1` });
    expect(cause("x", error("req_1a2b"))).toBe("Error: request # failed");
    expect(cause("x", error("req_9z"))).toBe("Error: request # failed");
  });

  test("without an expected answer a short feedback is the cause, an essay is not", () => {
    expect(cause(null, answer("a", { feedback: "not polite" }))).toBe("not polite");
    expect(cause(null, answer("a", { feedback: "word ".repeat(50) }))).toBe("Below the full score");
  });

  test("an answer with the full score has none", () => {
    expect(cause("x", answer("x", { score: 1 }))).toBeUndefined();
  });
});
