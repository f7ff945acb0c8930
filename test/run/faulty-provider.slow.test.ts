import { beforeAll, describe, expect, test, vi } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { createHttpProject, decisionsOf, offlineAnswer } from "../support/http-project.ts";
import {
  type Fault,
  type FaultPlan,
  faultRate,
  rateLimited,
  serverFault,
} from "../support/loopback-faults.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

// Fourteen complete runs in parallel on a machine with two cores.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const kinds: Readonly<Record<string, Fault>> = {
  "429 with Retry-After": rateLimited(0.05),
  "429 without": rateLimited(),
  "500": serverFault(500),
  "503": serverFault(503),
  "a dropped socket": { kind: "drop" },
  "a body that breaks off": { kind: "premature-close" },
  "cut JSON": { kind: "cut-json" },
  "empty choices": { kind: "empty-choices" },
  "a slow stream, in time": { kind: "slow-body", delayMs: 60 },
  "a slow stream, too late": { kind: "slow-body", delayMs: 60_000 },
  "a wrong content type": { kind: "wrong-content-type" },
};

async function runThrough(faults: FaultPlan, timeoutSeconds: number) {
  let hit = 0;
  const server = await startLoopbackOpenAI({
    answer: offlineAnswer,
    latency: { medianMs: 2, sigma: 1, seed: 1 },
    faults: (index) => {
      const fault = faults(index);
      if (fault !== undefined) hit++;
      return fault;
    },
  });
  const project = createHttpProject({
    baseUrl: server.baseUrl,
    model: { timeout_seconds: timeoutSeconds, retries: 8 },
  });
  const result = await project.run(["-j", "16", "--json"]);
  await server.close();
  return { result, project, hit, asked: server.count };
}

let whole: Awaited<ReturnType<typeof runThrough>>;
beforeAll(async () => {
  whole = await runThrough(() => undefined, 30);
}, 60_000);

describe("with one faulty answer in ten, the prompt, decisions and scores equal those of a faultless run", () => {
  test("faults that pass", () => {
    expect(whole.result.exitCode, whole.result.stderr).toBe(0);
    expect(whole.hit).toBe(0);
    expect(whole.asked).toBeGreaterThan(100);
    const { candidates, results } = decisionsOf(whole.project);
    expect(candidates.length).toBeGreaterThan(5);
    expect(results).toMatchObject([{ status: "improved" }]);
  });

  test.concurrent.each(Object.entries(kinds))("%s", async (_, fault) => {
    const isTooLate = fault.kind === "slow-body" && fault.delayMs > 1000;
    const faulty = await runThrough(faultRate(0.1, [fault], 3), isTooLate ? 0.7 : 30);
    expect(faulty.result.exitCode, faulty.result.stderr).toBe(0);
    expect(faulty.hit).toBeGreaterThan(whole.asked / 20);
    expect(decisionsOf(faulty.project)).toEqual(decisionsOf(whole.project));
  });

  test.concurrent("all kinds mixed", async () => {
    const faulty = await runThrough(faultRate(0.1, Object.values(kinds), 5), 0.7);
    expect(faulty.result.exitCode, faulty.result.stderr).toBe(0);
    expect(faulty.hit).toBeGreaterThan(whole.asked / 20);
    expect(decisionsOf(faulty.project)).toEqual(decisionsOf(whole.project));
  });
});

test("answers withheld by a content filter score 0 and are counted, not repeated", async () => {
  const filtered = await runThrough(faultRate(0.1, [{ kind: "content-filter" }], 3), 30);
  expect(filtered.result.exitCode, filtered.result.stderr).toBe(0);
  const [one] = runOutputSchema.parse(filtered.result.json).optimizations;
  expect(one?.answers.filtered).toBe(filtered.hit);
  const failed = one?.scores.test?.failed;
  expect((failed?.base ?? 0) + (failed?.optimized ?? 0)).toBeGreaterThan(0);
  expect(one?.notes.join("\n")).toMatch(/withheld by a content filter/);
});
