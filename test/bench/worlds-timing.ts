/**
 * Time in simulated worlds (worlds/README.md). First at a median of 100 ms an answer and 32 calls at once:
 * wall time of our engine and of the reference implementation, beside the quality they reach and the
 * least time their calls could take side by side. Then what a run costs a call when answers take no time
 * at all, in short and in long runs, journal included. Prints Markdown.
 *
 *     node test/bench/run.js worlds-timing [--seeds 5]
 */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEngines, type WorldEngine } from "./worlds/engines.ts";
import { inProcessModels } from "./worlds/in-process.ts";
import { measure, type Result } from "./worlds/measure.ts";
import { searchOurs } from "./worlds/ours.ts";
import { startWorldServer } from "./worlds/server.ts";
import { openVisit } from "./worlds/visit.ts";
import { worldNamed } from "./worlds/world-spec.ts";

const conditions = { latencyMs: 100, faultRate: 0 };
const faulty = { latencyMs: 100, faultRate: 0.1 };
const lengths = [1_000, 4_000, 12_000];

if (process.argv[2] === "server") process.send?.(await startWorldServer());
else await compare();

async function compare(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: "string", default: "5" } } });
  const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
  const server = fork(process.argv[1] as string, ["server"]);
  const origin = await new Promise<string>((done) =>
    server.once("message", (message) => done(String(message))),
  );
  if (seeds.length > 0) await timeWithLatency(origin, seeds);
  server.kill();
  await timeOverhead();
  process.exit(0);
}

async function timeWithLatency(origin: string, seeds: readonly number[]): Promise<void> {
  const world = worldNamed("reference");
  const [ours, reference] = (await openEngines(["gepa", "reference"], ["default"])) as [
    WorldEngine,
    WorldEngine,
  ];
  console.log(`\n## ${conditions.latencyMs} ms a call, 32 at once, ${seeds.length} seeds\n`);
  console.log("| engine | budget | true accuracy | calls | seconds | seconds ÷ (sum of latencies ÷ 32) |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  const row = (name: string, result: Result): void =>
    console.log(
      `| ${name} | ${result.budget} | ${result.clean.toFixed(3)} | ${(result.target + result.reflection).toFixed(0)} | ${result.seconds.toFixed(2)} | ${result.latencyRatio.toFixed(2)} |`,
    );
  for (const budget of [150, 200, 300, 400, 1000])
    row(ours.name, await measure(origin, world, seeds, ours, budget, conditions));
  row(`${ours.name}, one answer in ten faulty`, await measure(origin, world, seeds, ours, 400, faulty));
  row(reference.name, await measure(origin, world, seeds, reference, 1000, conditions));
}

async function timeOverhead(): Promise<void> {
  // Noise keeps a search from ever being done.
  const world = worldNamed("noisy");
  console.log("\n## No latency: what a run costs a call, the models' own time left out\n");
  console.log("| budget | calls made | seconds | µs a call | CPU µs a call |");
  console.log("| --- | --- | --- | --- | --- |");
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-overhead-"));
  for (const [seed, calls] of [500, ...lengths].entries()) {
    const models = await inProcessModels(folder, world, seed);
    const how = { optimizer: "gepa", concurrency: 32, calls, keys: { patience: calls } };
    const before = process.cpuUsage();
    const { seconds } = await searchOurs(openVisit("", world, seed), { ...how, provider: models.provider });
    const { user, system } = process.cpuUsage(before);
    const each = (wholeMs: number): string => (((wholeMs - models.ownMs) * 1000) / models.calls).toFixed(0);
    // The first run warms the code up.
    if (seed > 0)
      console.log(
        `| ${calls} | ${models.calls} | ${seconds.toFixed(2)} | ${each(seconds * 1000)} | ${each((user + system) / 1000)} |`,
      );
  }
  await rm(folder, { recursive: true, force: true });
}
