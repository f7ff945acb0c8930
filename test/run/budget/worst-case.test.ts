import { expect, test } from "vitest";
import { limitNotes, withPlannedLimits, withSessionLimits } from "../../../src/run/budget/output-limits.ts";
import {
  modelChainOf,
  outputCapOf,
  priceOf,
  worstCall,
  worstJudging,
} from "../../../src/run/budget/worst-case.ts";
import { modelSpec, planOf } from "../../support/lab-world.ts";

const cheap = modelSpec({
  key: "cheap",
  name: "cheap-1",
  parameters: { maxTokens: 100 },
  price: { input: 1, output: 1 },
});
const dear = modelSpec({
  key: "dear",
  name: "dear-1",
  parameters: { maxTokens: 50 },
  price: { input: 10, output: 30 },
});
const models = { cheap: { ...cheap, fallbacks: ["dear"] }, dear };

test("a call costs at most what its most expensive model takes at one token per byte", () => {
  const modelChain = modelChainOf(models.cheap, models);
  expect(worstCall(modelChain, ["grün", "x"], 10)).toEqual({
    calls: 1,
    tokens: 5 + 1 + 64 + 10 + 100,
    usd: (80 * 10 + 50 * 30) / 1e6,
  });
});

test("an answer has the price of the model that gave it", () => {
  const modelChain = modelChainOf(models.cheap, models);
  expect(priceOf(modelChain, undefined)).toEqual(cheap.price);
  expect(priceOf(modelChain, "dear-1")).toEqual(dear.price);
  expect(priceOf(modelChain, "a stranger")).toBeUndefined();
});

test("a judge counts with the most calls it may need and the longest possible answers", () => {
  const scorer = {
    judgeCalls: { usual: 1, most: 3 },
    judgeOverheadTokens: 7,
    score: async () => ({ value: 1 }),
  };
  expect(worstJudging(scorer, [dear], 3, [cheap])).toEqual({
    calls: 3,
    tokens: 3 * (3 + 64 + 100 * 2 + 50 * 2 + 7 + 50),
    usd: expect.closeTo((3 * ((3 + 64 + 300 + 7) * 10 + 50 * 30)) / 1e6, 12),
  });
  const free = { ...scorer, judgeCalls: { usual: 0, most: 0 } };
  expect(worstJudging(free, [dear], 3, [cheap])).toEqual({ calls: 0, tokens: 0, usd: 0 });
});

test("with a budget in tokens or dollars, used models without max_tokens get a limit, including fallbacks", () => {
  const open = modelSpec({ key: "open", name: "deepseek-r1", parameters: {}, fallbacks: ["left-out"] });
  const leftOut = modelSpec({ key: "left-out", parameters: { maxTokens: -1, temperature: 0 } });
  const unused = modelSpec({ key: "unused", parameters: {} });
  const all = { open, "left-out": leftOut, unused, cheap };
  const plan = (name: string, budget: object) =>
    planOf({ name, models: { target: "open", reflection: "cheap", judge: "cheap" }, budget });
  expect(withPlannedLimits(all, [plan("x", { calls: 9 })])).toEqual(all);
  const limited = withPlannedLimits(all, [plan("x", { calls: 9 }), plan("y", { usd: 1, tokens: 9 })]);
  expect(limited["left-out"]?.outputLimit).toEqual({
    tokens: 4096,
    enlarged: 16_384,
    setBy: "budget.usd of y",
    origin: "plan",
  });
  expect(limited["open"]?.outputLimit).toMatchObject({ tokens: 32_768, enlarged: 131_072 });
  expect(limited["cheap"]).toBe(cheap);
  expect(limited["unused"]).toBe(unused);
  // A flag limits the other models and keeps the plan's limits.
  const session = withSessionLimits(limited, { usd: 1 });
  expect(session["unused"]?.outputLimit).toMatchObject({ tokens: 4096, setBy: "--max-cost", origin: "flag" });
  expect(session["open"]).toBe(limited["open"]);
  expect(withSessionLimits(limited, {})).toBe(limited);
  expect(outputCapOf(leftOut)).toBe(4096);
});

test("the plan names the models that it limits", () => {
  const plan = { format: 1, rules: 2, digest: "", config: "c.yaml", models: {}, optimizations: [] } as const;
  expect(limitNotes(plan)).toEqual([]);
  const outputLimit = { tokens: 4096, enlarged: 16_384, setBy: "budget.usd of x", origin: "plan" } as const;
  const models = { a: modelSpec({ key: "a", outputLimit }), b: modelSpec({ key: "b", outputLimit }) };
  expect(limitNotes({ ...plan, models })).toEqual([
    "max_tokens 4096 is sent to a, b, to bound the budget; set your own max_tokens to replace it",
  ]);
});
