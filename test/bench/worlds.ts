/**
 * Search quality in simulated worlds (worlds/README.md): our engines, the reference implementation and
 * AxGEPA on the same worlds over HTTP. Prints Markdown.
 *
 *     node test/bench/run.js worlds [--worlds reference,noisy] [--seeds 20] [--budgets 200,300,400,1000]
 *         [--engines gepa,few_shot,mipro,metaprompt,race,reference,ax] [--variants default,strict_sum | --variants all]
 */
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { bestPossible } from "./worlds/accuracy.ts";
import { openEngines } from "./worlds/engines.ts";
import { measure } from "./worlds/measure.ts";
import { startWorldServer } from "./worlds/server.ts";
import { markdownTable } from "./worlds/table.ts";
import { variantNames } from "./worlds/variants.ts";
import { worldNamed, worlds } from "./worlds/world-spec.ts";

if (process.argv[2] === "server") process.send?.(await startWorldServer());
else await compare();

async function compare(): Promise<void> {
  const { values } = parseArgs({
    options: {
      worlds: { type: "string", default: worlds.map(({ name }) => name).join(",") },
      seeds: { type: "string", default: "20" },
      budgets: { type: "string", default: "200,300,400,1000" },
      engines: { type: "string", default: "gepa,few_shot,mipro,metaprompt,race,reference,ax" },
      variants: { type: "string", default: "default" },
    },
  });
  const variants = values.variants === "all" ? variantNames : values.variants.split(",");
  const engines = await openEngines(values.engines.split(","), variants);
  const server = fork(process.argv[1] as string, ["server"]);
  const origin = await new Promise<string>((done) =>
    server.once("message", (message) => done(String(message))),
  );
  const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
  for (const name of values.worlds.split(",")) {
    const world = worldNamed(name);
    const best = seeds.reduce((sum, seed) => sum + bestPossible(world, seed), 0) / seeds.length;
    console.log(`\n## ${name}: ${world.summary}\n`);
    console.log(`${seeds.length} seeds; the best prompt possible has ${best.toFixed(3)}.\n`);
    const results = [];
    for (const engine of engines)
      for (const budget of values.budgets.split(",").map(Number))
        results.push(await measure(origin, world, seeds, engine, budget));
    console.log(markdownTable(results));
  }
  server.kill();
  process.exit(0);
}
