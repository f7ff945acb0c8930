import { z } from "zod";
import { PluginError } from "../../core/errors.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer } from "../expected-answer.ts";
import { describeDifference } from "../text/describe-difference.ts";
import { quote } from "../text/quote.ts";
import { compilePattern, type SafePattern } from "../text/safe-pattern.ts";
import { ruleScorer } from "./rule-scorer.ts";

/** 1 if the answer matches a pattern. The engine is RE2: no pattern can make it hang. */
export const regex = defineScorer({
  name: "regex",
  summary: "the answer matches a regular expression (RE2: never hangs)",
  options: z
    .strictObject({
      pattern: z
        .string()
        .min(1)
        .describe("Regular expression in RE2 syntax: no look-around, no back-references."),
      match: z
        .enum(["search", "full"])
        .default("search")
        .describe("`search`: match anywhere; `full`: match the whole trimmed answer."),
      negate: z.boolean().default(false).describe("The answer must not match."),
      expected_group: z
        .union([z.int().nonnegative(), z.string().min(1)])
        .optional()
        .describe("Number or name of a group whose text must equal the row's expected answer."),
      ignore_case: z.boolean().default(false).describe("Ignore upper and lower case."),
      multiline: z.boolean().default(false).describe("^ and $ also match at the ends of lines."),
      dot_all: z.boolean().default(false).describe("A dot also matches line breaks."),
    })
    .superRefine((options, context) => {
      const problem = optionsProblem(options);
      if (problem !== undefined) context.addIssue({ code: "custom", ...problem });
    }),
  create(options) {
    const pattern = compileOrThrow(options);
    return ruleScorer(({ example, output }) => {
      const text = output.trim();
      const found = options.match === "full" ? pattern.findWhole(text) : pattern.find(text);
      const shown = `/${options.pattern}/`;
      if (options.negate) {
        if (found === undefined) return { value: 1 };
        return {
          value: 0,
          feedback: `the answer must not match ${shown}, but ${quote(found[0] ?? "")} does`,
        };
      }
      if (found === undefined) {
        const whole = options.match === "full" ? "as a whole " : "";
        return {
          value: 0,
          feedback: `the answer must match ${shown} ${whole}and does not: ${quote(output)}`,
        };
      }
      if (options.expected_group === undefined) return { value: 1 };
      const expected = expectedAnswer(example, "regex").trim();
      const got = found[groupIndex(pattern, options.expected_group)] ?? "";
      const isEqual = options.ignore_case
        ? got.trim().toLowerCase() === expected.toLowerCase()
        : got.trim() === expected;
      if (isEqual) return { value: 1 };
      const place = `in group ${options.expected_group} of ${shown}`;
      return { value: 0, feedback: `${place}: ${describeDifference(expected, got)}` };
    });
  },
});

interface PatternOptions {
  readonly pattern: string;
  readonly negate: boolean;
  readonly expected_group?: string | number | undefined;
  readonly ignore_case: boolean;
  readonly multiline: boolean;
  readonly dot_all: boolean;
}

function compile(options: PatternOptions) {
  const { pattern, ignore_case, multiline, dot_all } = options;
  return compilePattern(pattern, { ignoreCase: ignore_case, multiline, dotAll: dot_all });
}

function compileOrThrow(options: PatternOptions): SafePattern {
  const compiled = compile(options);
  if (!compiled.ok) throw new PluginError(`regex: the pattern cannot be used: ${compiled.problem}`);
  return compiled.pattern;
}

function groupIndex(pattern: SafePattern, group: string | number): number {
  return typeof group === "number" ? group : (pattern.groupNames[group] ?? -1);
}

function optionsProblem(options: PatternOptions): { path: string[]; message: string } | undefined {
  const compiled = compile(options);
  if (!compiled.ok) {
    const limits = "the engine is RE2: no look-around, no back-references";
    return { path: ["pattern"], message: `the pattern cannot be used: ${compiled.problem} (${limits})` };
  }
  if (options.expected_group === undefined) return undefined;
  if (options.negate) {
    return { path: ["expected_group"], message: "`expected_group` cannot be combined with `negate`" };
  }
  const index = groupIndex(compiled.pattern, options.expected_group);
  if (index >= 0 && index <= compiled.pattern.groupCount) return undefined;
  return {
    path: ["expected_group"],
    message: `the pattern has no group ${JSON.stringify(options.expected_group)}`,
  };
}
