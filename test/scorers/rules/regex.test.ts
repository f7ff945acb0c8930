import { describe, expect, it } from "vitest";
import { regex } from "../../../src/scorers/rules/regex.ts";
import { make, makeJudgement, optionProblems, rate } from "../fixtures.ts";

const score = (options: { pattern: string; [key: string]: string | boolean | number }, output: string) =>
  make(regex, options).score(makeJudgement({ output }));

describe("regex", () => {
  it("searches, or matches the whole", async () => {
    expect(await score({ pattern: "\\d{4}" }, "in 2024")).toEqual({ value: 1 });
    expect(await score({ pattern: "\\d{4}", match: "full" }, "in 2024")).toEqual({
      value: 0,
      feedback: 'the answer must match /\\d{4}/ as a whole and does not: "in 2024"',
    });
    expect(await score({ pattern: "\\d{4}" }, "never")).toEqual({
      value: 0,
      feedback: 'the answer must match /\\d{4}/ and does not: "never"',
    });
    expect((await score({ pattern: "a|ab", match: "full" }, " ab\n")).value).toBe(1);
  });

  it("rejects a match under negate", async () => {
    expect(await score({ pattern: "as an AI", negate: true, ignore_case: true }, "As an ai…")).toEqual({
      value: 0,
      feedback: 'the answer must not match /as an AI/, but "As an ai" does',
    });
    expect(await score({ pattern: "as an AI", negate: true }, "Hello")).toEqual({ value: 1 });
  });

  it("compares a group with the expected answer", async () => {
    const options = { pattern: "Answer: (?<answer>\\w+)", expected_group: "answer" };
    expect(await rate(regex, "yes", "So.\nAnswer: yes", options)).toEqual({ value: 1 });
    expect(await rate(regex, "yes", "Answer: Yes", { ...options, ignore_case: true })).toEqual({ value: 1 });
    expect(await rate(regex, "yes", "Answer: no", options)).toEqual({
      value: 0,
      feedback: 'in group answer of /Answer: (?<answer>\\w+)/: expected "yes", got "no"',
    });
    expect(
      (await rate(regex, "ab", "ab", { pattern: "(a|ab)", match: "full", expected_group: 1 })).value,
    ).toBe(1);
  });

  it("understands flags and JavaScript's notation", async () => {
    expect((await score({ pattern: "^b$", multiline: true }, "a\nb")).value).toBe(1);
    expect((await score({ pattern: "a.b", dot_all: true }, "a\nb")).value).toBe(1);
    expect((await score({ pattern: "\\u00e9\\/" }, "é/")).value).toBe(1);
  });

  it("is fast on adversarial patterns and texts", async () => {
    expect((await score({ pattern: "^(a+)+$" }, `${"a".repeat(50_000)}!`)).value).toBe(0);
    expect((await score({ pattern: "(x+x+)+y" }, "x".repeat(50_000))).value).toBe(0);
    expect((await score({ pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" }, "a".repeat(50_000))).value).toBe(0);
  });

  it("reports what is wrong with a pattern when options are checked", () => {
    const limits = "(the engine is RE2: no look-around, no back-references)";
    expect(optionProblems(regex, { pattern: "(" })).toEqual([
      `pattern: the pattern cannot be used: missing closing ): \`(\` ${limits}`,
    ]);
    expect(optionProblems(regex, { pattern: "a(?=b)" })).toEqual([
      `pattern: the pattern cannot be used: invalid or unsupported Perl syntax: \`(?=\` ${limits}`,
    ]);
    expect(optionProblems(regex, { pattern: "(a)", expected_group: 2 })).toEqual([
      "expected_group: the pattern has no group 2",
    ]);
    expect(optionProblems(regex, { pattern: "(a)", expected_group: 1, negate: true })).toEqual([
      "expected_group: `expected_group` cannot be combined with `negate`",
    ]);
  });
});
