import { expect, it } from "vitest";
import type { Optimizer } from "../../src/contracts/optimizer.ts";
import { optimizerShelf } from "../../src/optimizers/index.ts";
import { describeOptimizer, type OptimizerUnderTest } from "../suites/optimizer.ts";

/** As the command line opens an engine: its own schema completes the options. */
function opening(name: string, options: object): () => Promise<Optimizer> {
  return async () => {
    const plugin = await optimizerShelf[name]?.load();
    if (plugin === undefined) throw new Error(`no engine ${name}`);
    return plugin.create(plugin.options.parse(options) as never, {});
  };
}

const untilPatienceEnds: OptimizerUnderTest["fruitlessEnd"] = (patience) => ({
  stopped: "no_progress",
  steps: patience,
});
const inOnePass: OptimizerUnderTest["fruitlessEnd"] = () => ({ stopped: "max_steps", steps: 1 });

const variants: readonly [string, object, OptimizerUnderTest["fruitlessEnd"]][] = [
  ["gepa", {}, untilPatienceEnds],
  ["gepa", { merge: "off", validation: "full", selection: "current_best" }, untilPatienceEnds],
  ["gepa", { merge: "components", selection: "epsilon_greedy", memory: 0 }, untilPatienceEnds],
  ["gepa", { acceptance: "strict_sum" }, untilPatienceEnds],
  ["metaprompt", {}, inOnePass],
];

for (const [name, options, fruitlessEnd] of variants) {
  describeOptimizer(`${name} ${JSON.stringify(options)}`, { open: opening(name, options), fruitlessEnd });
}

it("covers every engine that ships, each under its own name", async () => {
  expect(new Set(variants.map(([name]) => name))).toEqual(new Set(Object.keys(optimizerShelf)));
  for (const [name, { summary, load }] of Object.entries(optimizerShelf)) {
    expect(await load()).toMatchObject({ kind: "optimizer", name, summary });
  }
});
