/**
 * What workers cost and bring, on a real Redis that the benchmark starts: the overhead of a job, and the throughput of
 * an agent that waits 50 ms, and of one that computes for 50 ms, with one and two workers of one job at a time each.
 *
 *     npm run bench:workers
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import { Secret } from "../../src/core/text/secret.ts";
import { openWorkerPool } from "../../src/queue/coordinator/open-worker-pool.ts";
import { toolVersion } from "../../src/version.ts";
import { startRedis } from "../scale/support/redis.ts";
import { startWorker } from "../scale/support/worker-process.ts";

const rollouts = Number(process.argv[2] ?? 2_000);
const wanted = { wait: 1.8, cpu: 1.5, overheadMs: 5 };

const directory = mkdtempSync(join(tmpdir(), "dao-opt-bench-"));
const model = { name: "offline/small", provider: "offline" };
const agents = {
  none: "export default async () => 'ok';",
  wait: "export default () => new Promise((resolve) => setTimeout(resolve, 50, 'ok'));",
  // Computes for 50 ms of its own time, however busy the machine is.
  cpu: `export default async () => {
  const { user } = process.cpuUsage();
  let sum = 0;
  while (process.cpuUsage().user - user < 50_000) for (let at = 0; at < 1e4; at++) sum += at;
  return String(sum > 0);
};`,
};
for (const [name, text] of Object.entries(agents)) writeFileSync(join(directory, `${name}.js`), text);
writeFileSync(join(directory, "package.json"), '{"type":"module"}');
writeFileSync(
  join(directory, "config.yaml"),
  JSON.stringify({
    resources: { llms: { small: model } },
    agents: Object.fromEntries(
      Object.keys(agents).map((name) => [name, { name, model: "small", run: { module: `./${name}.js` } }]),
    ),
  }),
);
const spec: ModelSpec = {
  ...{ key: "small", ...model, parameters: {}, limits: {}, timeoutMs: 60_000, retries: 0, fallbacks: [] },
};

const redis = await startRedis();
const start = () => startWorker({ cwd: directory, queue: redis.url, concurrency: 1 });
const workers = [await start()];
const open = async () =>
  openWorkerPool({ url: new Secret(redis.url), directory, toolVersion, pid: process.pid });

const overheadMs = await overhead();
const rates = { wait: [await rate("wait", 1)], cpu: [await rate("cpu", 1)] };
workers.push(await start());
rates.wait.push(await rate("wait", 2));
rates.cpu.push(await rate("cpu", 2));
for (const worker of workers) await worker.stop();
await redis.close();
const ratio = ([one = 1, two = 0]: readonly number[]) => two / one;
console.log(
  `2 workers against 1: waiting ${ratio(rates.wait).toFixed(2)} (wanted ≥ ${wanted.wait}), computing ${ratio(rates.cpu).toFixed(2)} (wanted ≥ ${wanted.cpu})`,
);
console.log(`overhead of a job: ${overheadMs.toFixed(2)} ms at the median (wanted ≤ ${wanted.overheadMs})`);
const isEnough =
  ratio(rates.wait) >= wanted.wait && ratio(rates.cpu) >= wanted.cpu && overheadMs <= wanted.overheadMs;
process.exit(isEnough ? 0 : 1);

async function attemptsAt(name: string) {
  const pool = await open();
  const attempt = await pool.agent({ kind: "module", path: `./${name}.js` }, spec);
  const ask = (text: string) => attempt({ inputs: { text }, prompts: {}, model: {} }, {});
  await Promise.all(["a", "b", "c", "d"].map(ask));
  return { pool, ask };
}

/** One job at a time of an agent that does nothing. */
async function overhead(): Promise<number> {
  const { pool, ask } = await attemptsAt("none");
  const times: number[] = [];
  for (let at = 0; at < 500; at++) {
    const startedMs = performance.now();
    await ask(`row ${at}`);
    times.push(performance.now() - startedMs);
  }
  await pool.close();
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] as number;
}

/** Rollouts a second, with enough jobs waiting for every worker. */
async function rate(name: "wait" | "cpu", count: number): Promise<number> {
  const { pool, ask } = await attemptsAt(name);
  const startedMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < rollouts) await ask(`row ${next++}`);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  const seconds = (performance.now() - startedMs) / 1000;
  await pool.close();
  console.log(`${name}: ${rollouts} rollouts, ${count} worker(s): ${(rollouts / seconds).toFixed(1)}/s`);
  return rollouts / seconds;
}
