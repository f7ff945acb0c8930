/**
 * Quality of the engine `gepa` in simulated worlds (worlds/README.md), in memory and without waiting: a run takes a
 * fraction of a second. Each run is a line of JSON; against the file of another version, results are compared paired
 * by world, budget and seed. With `--pace`, time is simulated as well: wall time, the longest chain of dependent
 * calls, and what the calls would take side by side. Prints Markdown.
 *
 *     node test/bench/run.js worlds-paired --out before.jsonl
 *     node test/bench/run.js worlds-paired --against before.jsonl [--out after.jsonl]
 *         [--worlds reference,noisy] [--seeds 20] [--from 1] [--budgets 300,400,1000] [--options '{"restore":false}']
 *         [--pace ANSWER_MS,REFLECTION_MS] [--concurrency 32]
 */
import { appendFile, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type InMemoryResult, searchInMemory } from "./worlds/in-memory.ts";
import { pairedTable } from "./worlds/paired-table.ts";
import { type WorldSpec, worldNamed, worlds } from "./worlds/world-spec.ts";

/** One search, as written to a file. */
export interface PairedRun extends InMemoryResult {
  readonly world: string;
  readonly budget: number;
  readonly seed: number;
  /** Length of the longest chain of dependent calls; 0 without a pace. */
  readonly chainMs: number;
}

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: worlds.map(({ name }) => name).join(",") },
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    budgets: { type: "string", default: "300,400,1000" },
    options: { type: "string", default: "{}" },
    limits: { type: "string", default: "{}" },
    pace: { type: "string" },
    concurrency: { type: "string", default: "32" },
    against: { type: "string" },
    out: { type: "string" },
  },
});
const [answerMs = 0, reflectionMs = 0] = (values.pace ?? "").split(",").map(Number);
const concurrency = Number(values.concurrency);

async function run(world: WorldSpec, budget: number, seed: number): Promise<PairedRun> {
  const search = {
    world,
    seed,
    calls: budget,
    options: JSON.parse(values.options),
    limits: JSON.parse(values.limits),
  };
  if (values.pace === undefined)
    return { world: world.name, budget, seed, ...(await searchInMemory(search)), chainMs: 0 };
  const at = (most: number) =>
    searchInMemory({ ...search, pace: { answerMs, reflectionMs, concurrency: most } });
  // With all calls in progress at once, a search waits for what it depends on, and for nothing else.
  const chain = await at(Number.POSITIVE_INFINITY);
  return { world: world.name, budget, seed, ...(await at(concurrency)), chainMs: chain.ms };
}

const runs: PairedRun[] = [];
for (const budget of values.budgets.split(",").map(Number))
  for (const name of values.worlds.split(","))
    for (let nth = 0; nth < Number(values.seeds); nth++) {
      const seed = Number(values.from) + nth;
      const found = await run(worldNamed(name), budget, seed);
      runs.push(found);
      if (values.out !== undefined) await appendFile(values.out, `${JSON.stringify(found)}\n`);
    }
const before = values.against === undefined ? "" : await readFile(values.against, "utf8");
const others = before
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as PairedRun);
console.log(pairedTable(runs, others, concurrency));
