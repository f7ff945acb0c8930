import { beforeAll, describe, expect, test } from "vitest";
import { timesKeyOf } from "../../../src/models/time-log.ts";
import { estimateNotes, estimateRun, planRun } from "../../../src/run/plan/plan-run.ts";
import { openRunStore } from "../../../src/run/store/run-store.ts";
import { resolveWorld } from "../../support/resolve-world.ts";
import { createWorldProject } from "../../support/world-project.ts";

async function planOfWorld(options: Parameters<typeof createWorldProject>[0] = {}) {
  const project = await resolveWorld(createWorldProject(options));
  return { project, plan: planRun(project) };
}

describe("plan", () => {
  test("depends on config, data and prompt: equal ones make equal, deeply frozen plans", async () => {
    const world = createWorldProject();
    const [one, other] = [planRun(await resolveWorld(world)), planRun(await resolveWorld(world))];
    expect(other).toEqual(one);
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.isFrozen(one.optimizations[0]?.data.parts)).toBe(true);
    expect(one.optimizations[0]?.data).toMatchObject({
      rows: 60,
      parts: { train: 18, validation: 12, test: 30 },
    });
  });

  test("is read back unchanged from its run folder", async () => {
    const world = createWorldProject({ optimization: { budget: { tokens: 900_000 }, deploy_to: "staging" } });
    const plan = planRun(await resolveWorld(world));
    const runStore = openRunStore(`${world.directory}/.dao-opt`);
    const folder = await runStore.create(plan, {
      configPath: `${world.directory}/config.yaml`,
      now: new Date(0),
      salt: "abcd",
    });
    expect(folder.run).toBe("r_19700101-000000000-abcd");
    expect(await runStore.readPlan(folder)).toEqual({
      plan,
      configPath: `${world.directory}/config.yaml`,
      startedAt: "1970-01-01T00:00:00.000Z",
    });
  });

  test("changes its digest with what decides the outcome, but not with timeouts or retries", async () => {
    const world = createWorldProject();
    const { digest } = planRun(await resolveWorld(world));
    const x = world.config.optimizations.prompt_optimizations["x"] ?? {};
    const { small = {} } = world.config.resources.llms;
    const changed = async (change: () => void) => {
      change();
      world.save();
      return planRun(await resolveWorld(world)).digest;
    };
    expect(
      await changed(() =>
        Object.assign(small, { retries: 9, timeout_seconds: 5, limits: { concurrency: 2 } }),
      ),
    ).toBe(digest);
    expect(await changed(() => Object.assign(small, { temperature: 0.5 }))).not.toBe(digest);
    expect(await changed(() => Object.assign(small, { temperature: undefined }))).toBe(digest);
    expect(await changed(() => Object.assign(x, { seed: 7 }))).not.toBe(digest);
  });

  test("rejects a budget in calls that does not cover base and gate, with the minimum", async () => {
    const project = await resolveWorld(createWorldProject({ optimization: { budget: { calls: 72 } } }));
    expect(() => planRun(project)).toThrow(
      /^config\.yaml:\d+:\d+ {2}optimizations\.prompt_optimizations\.x\.budget\.calls: 72 calls does not cover the base on 12 validation rows, one step of the search and the gate on 30 test rows; allow at least 79, or give the split a smaller test share$/,
    );
    expect(
      (await planOfWorld({ optimization: { budget: { calls: 79 } } })).plan.optimizations[0]?.budget,
    ).toEqual({ calls: 79 });
  });

  test("counts the source model's share of the gate", async () => {
    const project = await resolveWorld(
      createWorldProject({ optimization: { source_model: "large", budget: { calls: 100 } } }),
    );
    expect(() => planRun(project)).toThrow("allow at least 109");
  });

  test.each([
    ["tokens", { tokens: 500 }, /budget\.tokens: 500 tokens does not cover .*; allow at least [\d,]+, or/],
    ["usd", { usd: 0.0001 }, /budget\.usd: 0\.0001 USD does not cover .*; allow at least 0\.\d+, or/],
  ])("rejects a budget in %s that does not cover the low estimate", async (_, budget, message) => {
    const given = { model: { price: { input: 1, output: 10 } }, optimization: { budget } };
    const refused = await resolveWorld(createWorldProject(given));
    expect(() => planRun(refused)).toThrow(message);
  });

  test("has only the used models, including fallbacks", async () => {
    const world = createWorldProject();
    const { llms } = world.config.resources;
    llms["spare"] = { ...llms["small"], name: "offline/other" };
    llms["unused"] = { ...llms["small"] };
    llms["small"] = { ...llms["small"], fallbacks: ["spare"] };
    world.save();
    expect(Object.keys(planRun(await resolveWorld(world)).models)).toEqual(["large", "small", "spare"]);
  });
});

describe("estimates", () => {
  /** Both models of the world, answering in 0.5 s and reflecting in 5 s. */
  const timed = (concurrency: number) => ({
    concurrency,
    times: Object.fromEntries(
      Object.values(timedPlan.models).map((spec) => [
        timesKeyOf(spec),
        {
          answers: { calls: 9, meanMs: 500, meanOutputTokens: 3 },
          reflections: { calls: 9, meanMs: 5000, meanOutputTokens: 300 },
        },
      ]),
    ),
  });

  test("go from low to high, by role, without unknown prices", async () => {
    const { plan, project } = await planOfWorld();
    const [estimate] = estimateRun(plan, project, timed(8));
    if (estimate === undefined) throw new Error("no estimate");
    for (const range of [
      estimate.calls.target,
      estimate.calls.reflection,
      estimate.tokens,
      estimate.seconds ?? expect.fail("no time"),
    ]) {
      expect(range.low).toBeLessThan(range.likely);
      expect(range.likely).toBeLessThan(range.high);
    }
    expect(estimate.calls.judge).toEqual({ low: 0, likely: 0, high: 0 });
    expect(estimate.usd).toBeNull();
    const [priced] = estimateRun(...(await pricedPlan()), timed(8));
    expect(priced?.usd?.likely).toBeGreaterThan(0);
  });

  test("say that the time is unknown until a model was timed, and name it", async () => {
    const { plan, project } = await planOfWorld();
    const estimates = estimateRun(plan, project, { concurrency: 8, times: {} });
    expect(estimates[0]).toMatchObject({ seconds: null, unmeasured: ["small", "large"] });
    expect(estimateNotes(project, estimates)[0]).toMatch(
      /^the time is unknown: no answer of small, large was timed yet; dao-opt doctor --online/,
    );
    const all = estimateRun(plan, project, timed(8));
    expect(all[0]?.unmeasured).toEqual([]);
    expect(estimateNotes(project, all).join("\n")).not.toContain("time");
  });

  test("stay within the budget, and time depends on concurrency", async () => {
    const { plan, project } = await planOfWorld({ optimization: { budget: { calls: 100, minutes: 0.5 } } });
    const [estimate] = estimateRun(plan, project, timed(1));
    expect(estimate?.calls.total.high).toBe(100);
    expect(estimate?.seconds?.high).toBe(30);
    const open = await planOfWorld();
    const low = (concurrency: number) =>
      estimateRun(open.plan, open.project, timed(concurrency))[0]?.seconds?.low ?? 0;
    expect(low(1) / low(2)).toBeCloseTo(2, 1);
    // The steps of a search wait for one another: more calls at once do not help for ever.
    expect(low(1) / low(1000)).toBeLessThan(100);
    expect(low(1000)).toBe(low(10_000));
  });
});

let timedPlan: Awaited<ReturnType<typeof planOfWorld>>["plan"];
beforeAll(async () => {
  timedPlan = (await planOfWorld()).plan;
});

async function pricedPlan() {
  const { plan, project } = await planOfWorld({ model: { price: { input: 1, output: 1 } } });
  return [plan, project] as const;
}
