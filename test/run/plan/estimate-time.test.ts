import { describe, expect, test } from "vitest";
import type { ModelTimes } from "../../../src/contracts/model-times.ts";
import { timesKeyOf } from "../../../src/models/time-log.ts";
import type { Bill } from "../../../src/run/plan/estimate-bills.ts";
import { secondsOfPlan, unmeasuredModels } from "../../../src/run/plan/estimate-time.ts";
import { modelSpec, planOf } from "../../support/lab-world.ts";

const small = modelSpec({ key: "small", name: "small" });
const large = modelSpec({ key: "large", name: "large" });
const plan = planOf({ models: { target: "small", reflection: "large", judge: "large" } });
const second: ModelTimes = { answers: { calls: 1, meanMs: 1000, meanOutputTokens: 4 } };
const bill = (role: Bill["role"], model: string, calls: number): Bill => ({
  role,
  model,
  calls,
  tokens: 10 * calls,
  usd: null,
});

function parts(concurrency: number, times: ModelTimes = second, limits = {}) {
  const models = { small: { ...small, limits }, large };
  return {
    plan,
    models,
    times: { [timesKeyOf(small)]: second, [timesKeyOf(large)]: times },
    concurrency,
  };
}
const rows = [bill("target", "small", 100)];

describe("the time of calls", () => {
  test("is their sum, one at a time, and is shared by several", () => {
    expect(secondsOfPlan(parts(1), rows, 0, "low")).toBe(100);
    expect(secondsOfPlan(parts(10), rows, 0, "low")).toBe(10);
  });

  test("obeys the model's own concurrency and requests per minute", () => {
    expect(secondsOfPlan(parts(10, second, { concurrency: 2 }), rows, 0, "low")).toBe(50);
    expect(secondsOfPlan(parts(10, second, { requestsPerMinute: 60 }), rows, 0, "low")).toBe(100);
    expect(secondsOfPlan(parts(10, second, { tokensPerMinute: 600 }), rows, 0, "low")).toBe(100);
  });

  test("is never shorter than the steps that wait for one another", () => {
    const bills = [...rows, bill("reflection", "large", 10)];
    const long = { ...second, reflections: { calls: 1, meanMs: 8000, meanOutputTokens: 300 } };
    // Base and gate, and ten steps of a reflection and two answers.
    expect(secondsOfPlan(parts(1000, long), bills, 10, "low")).toBe(2 + 10 * (8 + 2));
    const likely = secondsOfPlan(parts(1000, long), bills, 10, "likely") ?? 0;
    expect(likely).toBeGreaterThan(101);
    expect(likely).toBeLessThan(103);
    // One at a time, the calls themselves are the chain.
    expect(secondsOfPlan(parts(1, long), bills, 10, "likely")).toBeCloseTo(180 * 1.02);
  });

  test("of a long text is a range if only short answers were timed", () => {
    const bills = [bill("reflection", "large", 1)];
    const at = (level: "low" | "likely" | "high") => secondsOfPlan(parts(1), bills, 0, level) ?? 0;
    expect(at("low")).toBeLessThan(at("likely"));
    expect(at("likely")).toBeLessThan(at("high"));
    expect(at("high")).toBeCloseTo(100 * 1.15);
  });

  test("is unknown if a model that is called was never timed", () => {
    const bills = [...rows, bill("reflection", "large", 1)];
    const unknown = { ...parts(1), times: { [timesKeyOf(small)]: second } };
    expect(secondsOfPlan(unknown, bills, 1, "likely")).toBeNull();
    expect(unmeasuredModels(unknown, bills)).toEqual(["large"]);
    expect(secondsOfPlan(unknown, rows, 1, "likely")).not.toBeNull();
    expect(unmeasuredModels(unknown, rows)).toEqual([]);
  });
});
