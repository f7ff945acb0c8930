/**
 * Time in simulated worlds (worlds/README.md). First at a median of 100 ms an answer and 32 calls at once:
 * wall time of our engine and of the reference implementation, beside the quality they reach and the
 * least time their calls could take side by side. Then what a run costs a call when answers take no time
 * at all, in short and in long runs, journal included. Last, in simulated time: the longest chain of dependent calls,
 * which no concurrency shortens. Prints Markdown.
 *
 *     node test/bench/run.js worlds-timing [--seeds 5]
 */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { meanOf } from "../../src/core/statistics/mean.ts";
import { openEngines, type WorldEngine } from "./worlds/engines.ts";
import { type InMemoryResult, searchInMemory } from "./worlds/in-memory.ts";
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
  await timeChains(Math.max(8, seeds.length));
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

/** Steps overlap, but calls that depend on others wait for them: the limit of a search's wall time. */
async function timeChains(seeds: number): Promise<void> {
  const world = worldNamed("reference");
  console.log(`\n## Simulated time, 32 at once, ${seeds} seeds\n`);
  console.log(
    "| calls | answers | reflections | true accuracy | seconds | longest chain | ÷ side by side | ÷ chain |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const [calls, answerMs, reflectionMs] of [
    [1000, 100, 100],
    [600, 100, 1500],
  ] as const) {
    const runs: InMemoryResult[] = [];
    let chainMs = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const pace = { answerMs, reflectionMs, concurrency: 32 };
      runs.push(await searchInMemory({ world, seed, calls, pace }));
      const unlimited = { ...pace, concurrency: Number.POSITIVE_INFINITY };
      chainMs += (await searchInMemory({ world, seed, calls, pace: unlimited })).ms / seeds;
    }
    const mean = (of: (run: InMemoryResult) => number) => meanOf(runs.map(of));
    const [ms, sideBySideMs] = [mean((run) => run.ms), mean((run) => run.sumMs) / 32];
    const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
    console.log(
      `| ${calls} | ${answerMs} ms | ${reflectionMs} ms | ${mean((run) => run.accuracy).toFixed(3)} | ${seconds(ms)} | ${seconds(chainMs)} | ${(ms / sideBySideMs).toFixed(2)} | ${(ms / chainMs).toFixed(2)} |`,
    );
  }
}

async function timeOverhead(): Promise<void> {
  // Noise keeps a search from ever being done, and parents drawn at random always have failures to learn from.
  const options = { selection: "epsilon_greedy", epsilon: 0.5 };
  const world = worldNamed("noisy");
  console.log("\n## No latency: what a run costs a call, the models' own time left out\n");
  console.log("| budget | calls made | seconds | µs a call | CPU µs a call |");
  console.log("| --- | --- | --- | --- | --- |");
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-overhead-"));
  for (const [seed, calls] of [500, ...lengths].entries()) {
    const models = await inProcessModels(folder, world, seed);
    const how = { optimizer: "gepa", options, concurrency: 32, calls, keys: { patience: calls } };
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
