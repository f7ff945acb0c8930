import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnCli, startCli } from "../../support/spawn-cli.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import {
  createScaleProject,
  type PaidServer,
  recordOf,
  resultOf,
  startPaidServer,
} from "../support/scale-project.ts";
import { startWorker } from "../support/worker-process.ts";

let redis: RedisServer;
let paidAt: PaidServer;
beforeAll(async () => {
  [redis, paidAt] = await Promise.all([startRedis(), startPaidServer(60)]);
});
afterAll(async () => {
  await redis?.close();
  await paidAt?.close();
});

const larger = { rows: 60, optimization: { max_steps: 3, num_candidates: 3 } };

/** Enough calls for 20 kills with calls in flight. */
const largest = { rows: 150, optimization: { max_steps: 3, num_candidates: 3 } };

async function runHere(size: { rows: number } = larger, at = paidAt) {
  const { directory } = await createScaleProject({ ...size, paidAt: at });
  const before = at.server.count;
  const ended = await spawnCli(["run", "config.yaml", "--no-cache", "-j", "32"], { cwd: directory });
  expect(ended.exitCode, ended.stderr).toBe(0);
  return { result: resultOf(directory, true), paid: at.server.count - before };
}

function lostCallsOf(directory: string): number {
  return recordOf(directory).optimizations.reduce((sum, { usage }) => sum + usage.total.lost_calls, 0);
}

describe("a worker killed with calls in flight", () => {
  it("20 times, changes nothing, and at most its calls in flight are paid again", async () => {
    // Slow enough that a worker starts while few calls are answered.
    const slow = await startPaidServer(300);
    const here = await runHere(largest, slow);
    const { directory } = await createScaleProject({ ...largest, paidAt: slow });
    const slots = 4;
    const start = () => startWorker({ cwd: directory, queue: redis.url, concurrency: slots });
    const workers = [await start(), await start(), await start()];
    const before = slow.server.count;
    const running = startCli(["run", "config.yaml", "--no-cache", "-j", "8", "--workers", redis.url], {
      cwd: directory,
    });
    const over = running.result.then(() => true);
    let kills = 0;
    while (kills < 20) {
      const isOver = await Promise.race([slow.server.reached(slow.server.count + 4).then(() => false), over]);
      if (isOver) break;
      // The next worker starts first, so that jobs always have someone to go to.
      const next = start();
      await workers.shift()?.kill();
      kills++;
      workers.push(await next);
    }
    const ended = await running.result;
    for (const worker of workers) await worker.stop();
    await slow.close();
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(kills).toBe(20);
    expect(resultOf(directory, true)).toEqual(here.result);
    const paid = slow.server.count - before;
    expect(paid - here.paid).toBeLessThanOrEqual(kills * slots);
    // Every call that was paid again is in the account.
    expect(lostCallsOf(directory)).toBeGreaterThanOrEqual(paid - here.paid);
    console.log(`20 kills: ${paid - here.paid} calls paid again, ${lostCallsOf(directory)} booked as lost`);
  });

  it("does not overrun --max-calls", async () => {
    const { directory } = await createScaleProject({ ...larger, paidAt });
    const workers = [0, 1].map(() => startWorker({ cwd: directory, queue: redis.url }));
    const [first, second] = await Promise.all(workers);
    const before = paidAt.server.count;
    const running = spawnCli(
      ["run", "config.yaml", "--no-cache", "--max-calls", "40", "--workers", redis.url],
      { cwd: directory },
    );
    await paidAt.server.reached(before + 15);
    await first?.kill();
    const ended = await running;
    expect(ended.exitCode, ended.stderr).toBe(3);
    expect(paidAt.server.count - before).toBeLessThanOrEqual(40);
    await second?.stop();
  });
});

describe("a worker that was thought lost", () => {
  it("comes back with results that are dropped, and counts as lost", async () => {
    const here = await runHere();
    const { directory } = await createScaleProject({ ...larger, paidAt });
    const first = await startWorker({ cwd: directory, queue: redis.url });
    const second = await startWorker({ cwd: directory, queue: redis.url });
    const before = paidAt.server.count;
    const running = spawnCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], {
      cwd: directory,
    });
    await paidAt.server.reached(before + 20);
    first.child.kill("SIGSTOP");
    const ended = await running;
    first.child.kill("SIGCONT");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here.result);
    expect(paidAt.server.count - before - here.paid).toBeLessThanOrEqual(4);
    expect(await first.stop()).toBe(0);
    await second.stop();
  });
});

describe("a module that computes for longer than a lease", () => {
  it("keeps its job", async () => {
    const { directory } = await createScaleProject({
      paidAt,
      kind: "module",
      rows: 20,
      optimization: { max_steps: 1 },
    });
    const file = `${directory}/agent.js`;
    const busyOnce = `let isFirst = true;
export default async (given) => {
  const end = Date.now() + (isFirst ? 9000 : 0);
  isFirst = false;
  while (Date.now() < end);
  return ask(given);
};`;
    writeFileSync(file, readFileSync(file, "utf8").replace("export default ask;", busyOnce));
    const busy = await startWorker({ cwd: directory, queue: redis.url });
    const other = await startWorker({ cwd: directory, queue: redis.url });
    const ended = await spawnCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], {
      cwd: directory,
    });
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(lostCallsOf(directory)).toBe(0);
    await busy.stop();
    await other.stop();
  });
});

describe("a coordinator", () => {
  it("that is killed goes on with --resume, and its jobs are dropped", async () => {
    const here = await runHere();
    const { directory } = await createScaleProject({ ...larger, paidAt });
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const before = paidAt.server.count;
    const first = startCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], { cwd: directory });
    await paidAt.server.reached(before + 30);
    first.child.kill("SIGKILL");
    await first.result;
    const ended = await spawnCli(["run", "config.yaml", "--no-cache", "--resume", "--workers", redis.url], {
      cwd: directory,
    });
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resultOf(directory, true)).toEqual(here.result);
    expect(paidAt.server.count - before - here.paid).toBeLessThanOrEqual(8);
    await worker.stop();
  });

  it("that is interrupted stops the attempts on its workers, and goes on with --resume", async () => {
    const slow = await startPaidServer(3_000);
    const { directory } = await createScaleProject({
      paidAt: slow,
      rows: 20,
      optimization: { max_steps: 1 },
    });
    const worker = await startWorker({ cwd: directory, queue: redis.url });
    const first = startCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], { cwd: directory });
    await slow.server.reached(4);
    const sinceMs = performance.now();
    first.child.kill("SIGINT");
    expect((await first.result).exitCode).toBe(130);
    expect(performance.now() - sinceMs).toBeLessThan(2_500);
    // The places are free at once, although the server would take seconds.
    const stoppedMs = performance.now();
    expect(await worker.stop()).toBe(0);
    expect(performance.now() - stoppedMs).toBeLessThan(2_500);
    await slow.close();
  });

  it("does not mix with another one on the same queue", async () => {
    const here = await runHere();
    const projects = await Promise.all([0, 1].map(() => createScaleProject({ ...larger, paidAt })));
    const cwd = projects[0]?.directory ?? "";
    const worker = await startWorker({ cwd, queue: redis.url });
    const other = await startWorker({ cwd, queue: redis.url });
    const ended = await Promise.all(
      projects.map(({ directory }) =>
        spawnCli(["run", "config.yaml", "--no-cache", "--workers", redis.url], { cwd: directory }),
      ),
    );
    for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
    for (const { directory } of projects) expect(resultOf(directory, true)).toEqual(here.result);
    await worker.stop();
    await other.stop();
  });

  it("that is dead leaves jobs that nobody does, and that are removed", async () => {
    // Its own server: what the killed runs above left is still within its grace.
    const own = await startRedis();
    const { directory } = await createScaleProject({ paidAt });
    const first = startCli(["run", "config.yaml", "--no-cache", "--workers", own.url], { cwd: directory });
    await first.shows(/waiting for a worker/);
    first.child.kill("SIGKILL");
    await first.result;
    const client = own.connect();
    const [info] = (await own.keys()).filter((key) => key.endsWith(":info"));
    expect(info).toBeDefined();
    // What the lease and the grace after it do on their own, later.
    await client.del(info as string);
    const [run] = await client.zrange("dao-opt:runs", "0", "-1");
    await client.zadd("dao-opt:runs", 1, run as string);
    const before = paidAt.server.count;
    const worker = await startWorker({ cwd: directory, queue: own.url });
    await expect
      .poll(async () => (await own.keys()).filter((key) => /:run:|:jobs-/.test(key)), { timeout: 15_000 })
      .toEqual([]);
    expect(paidAt.server.count).toBe(before);
    await worker.stop();
    await own.close();
  });
});
