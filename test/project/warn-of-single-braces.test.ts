import { expect, test } from "vitest";
import type { PlannedPrompt } from "../../src/contracts/run-plan.ts";
import type { Template } from "../../src/core/prompt/prompt.ts";
import { warnOfSingleBraces } from "../../src/project/warn-of-single-braces.ts";

function warningsOf(template: Template, changed: Partial<PlannedPrompt> = {}): readonly string[] {
  const prompt: PlannedPrompt = {
    ...{
      key: "p",
      path: "p",
      template,
      templateLanguage: "default",
      baseVersion: null,
      locked: [],
      tags: {},
    },
    ...changed,
  };
  const warnings: string[] = [];
  const config = { file: "config.yaml", locate: () => ({ line: 2, column: 7 }) };
  warnOfSingleBraces([prompt], () => "prompts.p.template", config, warnings);
  return warnings;
}

test.each([
  [
    "Rate {text} in {{lang}}",
    "config.yaml:2:7  prompts.p.template: {text} is sent as written; if a variable is meant, write {{text}}",
  ],
  [
    [
      { role: "system", content: "In {{lang}}" },
      { role: "user", content: "{a} and {b}" },
    ],
    "config.yaml:2:7  prompts.p.template.1.content: {a}, {b} are sent as written; if variables are meant, write {{a}}, {{b}}",
  ],
])("%j: a warning", (template, message) => {
  expect(warningsOf(template)).toEqual([message]);
});

test.each(['Answer as {"a": 1} for {{x}}', "Only {text}", "{{x}} costs ${price}, \\text{abc}"])(
  "%s: no warning",
  (template) => {
    expect(warningsOf(template)).toEqual([]);
  },
);

test("neither in jinja, nor for a version of the registry", () => {
  expect(warningsOf("{a} {{b}}", { templateLanguage: "jinja" })).toEqual([]);
  expect(warningsOf("{a} {{b}}", { baseVersion: 3 })).toEqual([]);
});
