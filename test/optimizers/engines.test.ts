import { expect, it } from "vitest";
import type { Optimizer } from "../../src/contracts/optimizer.ts";
import type { JsonObject } from "../../src/core/data/json.ts";
import { builtinOptimizers } from "../../src/optimizers/index.ts";
import { describeOptimizer, type OptimizerUnderTest } from "../suites/optimizer.ts";
import { optimizerServices } from "../support/optimizer-services.ts";

/** Opens an engine as the command line does: its own schema completes the options. */
function opening(name: string, options: object): () => Promise<Optimizer> {
  return () => optimizerServices.openEngine(name, options as JsonObject);
}

const untilPatienceEnds: OptimizerUnderTest["fruitlessEnd"] = (patience) => ({
  stopped: "no_progress",
  steps: patience,
});
const inOnePass: OptimizerUnderTest["fruitlessEnd"] = () => ({ stopped: "max_steps", steps: 1 });

type Variant = readonly [
  name: string,
  options: object,
  fruitlessEnd: OptimizerUnderTest["fruitlessEnd"],
  learnsFrom?: OptimizerUnderTest["learnsFrom"],
];

const variants: readonly Variant[] = [
  ["gepa", {}, untilPatienceEnds],
  ["gepa", { merge: "off", validation: "full", selection: "current_best" }, untilPatienceEnds],
  ["gepa", { merge: "components", selection: "epsilon_greedy", memory: 0 }, untilPatienceEnds],
  ["gepa", { acceptance: "strict_sum" }, untilPatienceEnds],
  ["gepa", { rewrite: "whole" }, untilPatienceEnds],
  ["metaprompt", {}, inOnePass],
  ["metaprompt", { rewrite: "whole" }, inOnePass],
  ["mipro", {}, untilPatienceEnds],
  ["mipro", { rewrite: "whole" }, untilPatienceEnds],
  ["mipro", { max_demonstrations: 0, history: 0, trials: 4 }, untilPatienceEnds],
  ["few_shot", {}, untilPatienceEnds, "demonstrations"],
  ["few_shot", { bootstrap_rows: 0, max_demonstrations: 3 }, untilPatienceEnds, "demonstrations"],
  ["race", { engines: ["gepa"] }, untilPatienceEnds],
];

for (const [name, options, fruitlessEnd, learnsFrom = "reflections"] of variants) {
  describeOptimizer(`${name} ${JSON.stringify(options)}`, {
    open: opening(name, options),
    fruitlessEnd,
    learnsFrom,
    rewritesWhole: "rewrite" in options,
  });
}

// The second engine's step is between the first one's steps, so the first one's next step is a further one.
describeOptimizer("race of two that reflect", {
  open: opening("race", { engines: ["gepa", "metaprompt"] }),
  fruitlessEnd: (patience) => ({ stopped: "no_progress", steps: patience + 2 }),
  rewritesWhole: false,
  searches: 2,
});

it("covers every built-in engine under its own name", async () => {
  expect(new Set(variants.map(([name]) => name))).toEqual(new Set(Object.keys(builtinOptimizers)));
  for (const [name, { summary, load }] of Object.entries(builtinOptimizers)) {
    expect(await load()).toMatchObject({ kind: "optimizer", name, summary });
  }
});
