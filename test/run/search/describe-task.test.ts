import { expect, test } from "vitest";
import { describeTask } from "../../../src/run/search/search-prompts.ts";
import { planOf } from "../../support/lab-world.ts";

test("describes what prompts are for, how answers are rated, and what every text must keep", () => {
  const prompt = { baseVersion: null, tags: {} };
  const plan = planOf({
    prompts: [
      {
        ...prompt,
        key: "a",
        path: "a",
        template: "Say {{x}} and {{ y }}",
        templateLanguage: "default",
        locked: ["and"],
        description: "Greets.",
        maxPromptTokens: 50,
      },
      {
        ...prompt,
        key: "b",
        path: "b",
        template: [{ role: "system", content: "Be {% if tone %}{{ tone }}{% endif %}" }],
        templateLanguage: "jinja",
        locked: [],
        maxPromptTokens: 30,
      },
    ],
    scorers: [
      { use: "exact_match", options: {}, weight: 1 },
      { use: "length", options: {}, weight: 1 },
    ],
  });
  expect(describeTask(plan)).toEqual({
    objective:
      "Greets. Make the model's answers to inputs like these as right as possible, as rated by: exact_match, length.",
    contract: { variables: { a: ["x", "y"], "b#0:system": ["tone"] }, locked: ["and"], maxPromptTokens: 80 },
  });
  expect(describeTask(planOf()).contract).toEqual({ variables: { p: ["text"] }, locked: [] });
});
