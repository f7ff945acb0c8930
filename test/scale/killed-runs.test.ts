import { cpSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { createHttpProject, decisionsOf, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let postgres: PostgresServer;
let models: LoopbackOpenAI;
beforeAll(async () => {
  postgres = await startPostgres();
  models = await startLoopbackOpenAI({
    answer: offlineAnswer,
    isRecording: false,
    latency: { medianMs: 15, sigma: 0.8, seed: 7 },
  });
});
afterAll(async () => {
  await models.close();
  await postgres.close();
});

/** Runs in flight on other machines end their claims after a lease of 30 s. */
test.each([
  [2, 8],
  [3, 4],
  [5, 64],
])("%i machines with -j %i, one killed: the others decide as one alone", async (count, concurrency) => {
  const url = await postgres.createDatabase();
  const random = createRandom(`killed ${count}`);
  const args = ["run", "config.yaml", "-j", String(concurrency)];
  const build = (): HttpProject => createHttpProject({ baseUrl: models.baseUrl, rows: 40 });
  const whole = build();
  const start = models.count;
  const alone = await spawnCli(args, { cwd: whole.directory });
  expect(alone.exitCode, alone.stderr).toBe(0);
  const calls = models.count - start;
  await spawnCli(["answers", "init", "--answers", url], { cwd: whole.directory });
  const machines = Array.from({ length: count }, build);
  for (const { directory } of machines)
    cpSync(join(whole.directory, "config.yaml"), join(directory, "config.yaml"));
  const before = models.count;
  const env = { DAO_OPT_ANSWERS: url };
  const runs = machines.map(({ directory }) => startCli(args, { cwd: directory, env }));
  await models.reached(before + 10 + random.integer(60));
  await wait(random.integer(20));
  const victim = random.integer(count);
  runs[victim]?.child.kill("SIGKILL");
  const results = await Promise.all(runs.map(({ result }) => result));
  for (const [at, { exitCode, signal, stderr }] of results.entries()) {
    if (signal === "SIGKILL") continue;
    expect(exitCode, stderr).toBe(0);
    expect(decisionsOf(machines[at] as HttpProject)).toEqual(decisionsOf(whole));
  }
  const paid = models.count - before;
  expect(paid).toBeGreaterThanOrEqual(calls);
  expect(paid).toBeLessThanOrEqual(calls + concurrency);
  const resumed = await spawnCli([...args, "--resume"], { cwd: machines[victim]?.directory ?? "", env });
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(models.count - before).toBe(paid);
  expect(decisionsOf(machines[victim] as HttpProject)).toEqual(decisionsOf(whole));
});
