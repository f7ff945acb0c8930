import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnCli } from "../../support/spawn-cli.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import {
  createScaleProject,
  type PaidServer,
  resultOf,
  type ScaleProject,
  startPaidServer,
} from "../support/scale-project.ts";
import { startWorker, type WorkerProcess } from "../support/worker-process.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.close());

async function runWith(project: ScaleProject, workers: number, killAfter?: number) {
  const started: WorkerProcess[] = [];
  for (let at = 0; at < workers; at++)
    started.push(await startWorker({ cwd: project.directory, queue: redis.url }));
  const running = spawnCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], {
    cwd: project.directory,
  });
  if (killAfter !== undefined) {
    await project.reached(killAfter);
    await started[0]?.kill();
  }
  const ended = await running;
  expect(ended.exitCode, ended.stderr).toBe(0);
  for (const worker of started.slice(killAfter === undefined ? 0 : 1)) expect(await worker.stop()).toBe(0);
  return resultOf(project.directory, killAfter !== undefined);
}

describe.each(["model", "module", "command", "http"] as const)("a run of a %s", (kind) => {
  let paidAt: PaidServer;
  let here: string;
  beforeAll(async () => {
    paidAt = await startPaidServer(10);
    here = (await createScaleProject({ kind, paidAt })).directory;
    const ended = await spawnCli(["run", "config.yaml", "--no-cache"], { cwd: here });
    expect(ended.exitCode, ended.stderr).toBe(0);
  });
  afterAll(() => paidAt?.close());

  it.each([1, 2, 8])("has the same result with %i workers", async (workers) => {
    const project = await createScaleProject({ kind, paidAt });
    expect(await runWith(project, workers)).toEqual(resultOf(here));
  });

  it.each([5, 40])("has the same result when one of two workers is killed after %i calls", async (count) => {
    const project = await createScaleProject({ kind, paidAt });
    const before = paidAt.server.count;
    expect(await runWith(project, 2, before + count)).toEqual(resultOf(here, true));
  });

  it("leaves nothing in Redis but what ends by itself", async () => {
    const client = redis.connect();
    for (const key of await redis.keys()) {
      if (key === "dao-opt:workers" || key === "dao-opt:runs") continue;
      expect(key).toMatch(/^dao-opt:(limit|worker|probe):/);
      expect(await client.pttl(key)).toBeGreaterThan(0);
    }
    expect(await client.zcard("dao-opt:runs")).toBe(0);
  });
});

it("has the same result with simulated faults, whichever worker makes which attempt", async () => {
  const model = { provider: "offline", base_url: undefined, simulate: { fault_rate: 0.2, latency_ms: 5 } };
  const paidAt = await startPaidServer();
  const [here, there] = await Promise.all([0, 1].map(() => createScaleProject({ paidAt, model })));
  const alone = await spawnCli(["run", "config.yaml", "--no-cache"], { cwd: here?.directory ?? "" });
  expect(alone.exitCode, alone.stderr).toBe(0);
  expect(await runWith(there as ScaleProject, 4)).toEqual(resultOf(here?.directory ?? ""));
  await paidAt.close();
});
