import { expect, test } from "vitest";
import type { RunPlan } from "../../../src/contracts/run-plan.ts";
import { differencesOf } from "../../../src/run/plan/plan-differences.ts";
import { modelSpec, planOf } from "../../support/lab-world.ts";

const plan: RunPlan = {
  format: 1,
  rules: 2,
  digest: "one",
  config: "a.yaml",
  models: { gpt_4: modelSpec({ key: "gpt_4" }) },
  optimizations: [planOf({ name: "first" }), planOf({ name: "second" })],
};

test("equal plans have no differences; timeouts, retries and the file name do not count", () => {
  const models = { gpt_4: modelSpec({ key: "gpt_4", retries: 9, timeoutMs: 9, limits: { concurrency: 1 } }) };
  expect(differencesOf(plan, { ...plan, digest: "two", config: "b.yaml", models })).toEqual([]);
});

test("lists each change by its config path", () => {
  const [first, second] = plan.optimizations;
  if (first === undefined || second === undefined) throw new Error("no plans");
  const after: RunPlan = {
    ...plan,
    models: { gpt_4: modelSpec({ key: "gpt_4", parameters: { maxTokens: 20 } }) },
    optimizations: [
      {
        ...first,
        data: { ...first.data, digest: "1" },
        scorers: [],
        optimizer: { ...first.optimizer, options: { limits: 3 } },
      },
      { ...second, name: "third" },
    ],
  };
  expect(differencesOf(plan, after)).toEqual([
    "models.gpt_4.parameters.max_tokens: 10 → 20",
    "optimizations.first.optimizer.options.limits: nothing → 3",
    'optimizations.first.scorers: [{"use":"exact_match","options":{},"weight":1}] → []',
    'optimizations.first.data.digest: "0" → "1"',
    expect.stringMatching(/^optimizations\.second: \{.*… → nothing$/),
    expect.stringMatching(/^optimizations\.third: nothing → \{.*…$/),
  ]);
});
