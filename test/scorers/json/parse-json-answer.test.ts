import { describe, expect, it } from "vitest";
import { parseJsonAnswer } from "../../../src/scorers/json/parse-json-answer.ts";

const problem = (text: string, isFenceAllowed = false) => {
  const parsed = parseJsonAnswer(text, isFenceAllowed);
  return parsed.ok ? undefined : parsed.problem;
};

describe("parseJsonAnswer", () => {
  it("reads JSON with white space around it", () => {
    expect(parseJsonAnswer(' {"a": [1, null]}\n', false)).toEqual({ ok: true, value: { a: [1, null] } });
  });

  it.each([
    ["", "the answer is empty; JSON is wanted"],
    ["high urgency", 'the answer is no JSON: "high urgency"'],
    [
      '{"a":1} Hope this helps!',
      'there is text around the JSON ("Hope this helps!" after it); the bare JSON is wanted',
    ],
    [
      'Sure:\n```json\n{"a":1}\n```',
      'there is text around the JSON ("Sure:\\n```json" before it and "```" after it); the bare JSON is wanted',
    ],
    ['```\n{"a":1}\n```', "the JSON is wrapped in a ``` fence; the bare JSON is wanted"],
    ["{'a': 'b'}", "the answer is no valid JSON (single quotes instead of double quotes): \"{'a': 'b'}\""],
    [
      "{'a': True}",
      "the answer is no valid JSON (Python's True, False or None instead of true, false or null, single quotes instead of double quotes): \"{'a': True}\"",
    ],
    ['{"a": 1,}', 'the answer is no valid JSON (a comma before a closing bracket): "{\\"a\\": 1,}"'],
    [
      '{"a": [1, 2',
      'the answer is no valid JSON (it breaks off before its closing bracket): "{\\"a\\": [1, 2"',
    ],
    ['{"a": b}', 'the answer is no valid JSON: "{\\"a\\": b}"'],
    ["So {a} or {b}", 'the answer is no JSON: it begins with "So", and what follows cannot be parsed either'],
  ])("explains what is wrong with %j", (text, message) => {
    expect(problem(text)).toBe(message);
  });

  it("accepts one fence around everything if allowed, and no text outside it", () => {
    expect(parseJsonAnswer("~~~json\n[1]\n~~~", true)).toEqual({ ok: true, value: [1] });
    expect(problem("Sure:\n```\n[1]\n```", true)).toBe(
      'there is text around the JSON ("Sure:\\n```" before it and "```" after it); the bare JSON is wanted',
    );
    expect(problem("```\nnot json\n```", true)).toBe('the answer is no JSON: "not json"');
  });

  it("is fast on adversarial texts", () => {
    for (const text of [
      "`".repeat(100_000),
      `\`\`\`\n${"```  \n".repeat(30_000)}`,
      "{".repeat(100_000),
      ",".repeat(100_000),
    ]) {
      expect(problem(text)).toContain("JSON");
    }
  });
});
