import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createWorldProject, type WorldProject } from "../../support/world-project.ts";

/** A run's decisions and spending; the registry is restored. */
async function runAfresh(project: WorldProject) {
  project.world.calls.length = 0;
  const { json, stderr } = await project.run(["--json"]);
  const [one] = runOutputSchema.parse(json).optimizations;
  if (one === undefined) throw new Error(stderr);
  const record = JSON.parse(project.read(".dao-opt", "runs", project.runs()[0] ?? "", "record.json"));
  const [{ estimate, candidates, rows }] = record.optimizations;
  rmSync(join(project.directory, "prompts"), { recursive: true, force: true });
  const { scores, stopped, steps, status, usage } = one;
  return {
    decided: { scores, stopped, steps, status, candidates, rows },
    charged: { calls: estimate.calls.actual, tokens: estimate.tokens.actual, usd: estimate.usd.actual },
    sent: project.world.calls.length,
    usage,
  };
}

const texts = Array.from({ length: 12 }, (_, at) => `accuracy=0.${30 + at} try ${at}: {{text}}`);

test.each([
  ["usd", { usd: 12 }],
  ["tokens", { tokens: 9000 }],
  ["calls", { calls: 130 }],
])("a budget in %s is spent the same on a cold and a warm cache", async (limit, budget) => {
  const project = createWorldProject({
    texts,
    model: { max_tokens: 40, price: { input: 1000, output: 1000 } },
    optimization: { budget },
  });
  const cold = await runAfresh(project);
  const warm = await runAfresh(project);
  expect(cold.decided.stopped).toBe(`budget_${limit}`);
  expect(warm.decided).toEqual(cold.decided);
  expect(warm.charged.calls).toBe(cold.charged.calls);
  expect(warm.charged.tokens).toBe(cold.charged.tokens);
  expect(warm.charged.usd).toBeCloseTo(cold.charged.usd, 9);
  // The second run pays nothing, and its usage shows it.
  expect([warm.sent, warm.usage.total.calls, warm.usage.total.usd]).toEqual([0, 0, 0]);
  expect(warm.usage.total.cached_calls).toBe(cold.charged.calls);
});
