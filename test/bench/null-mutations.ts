/**
 * What the engine `gepa` makes of rewrites whose true worth is known (test/soundness/mutation-world.ts):
 * how many it takes, and by how much the highest mean, and the score the runner reports, exceed the truth
 * when none of 200 is any better. Beside each: acceptance by sums as in the reference implementation, which
 * reports the highest mean. Prints Markdown.
 *
 *     node test/bench/run.js null-mutations [--runs 200] [--searches 20]
 */
import { parseArgs } from "node:util";
import { acceptedShare, type MutationRun, searchOften } from "../soundness/mutation-world.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "200" }, searches: { type: "string", default: "20" } },
});
const ways = {
  default: {},
  "error_level 0.05": { error_level: 0.05 },
  "strict_sum, validation full, merge off": { acceptance: "strict_sum", validation: "full", merge: "off" },
};
const accuracies = [0.3, 0.6, 0.8];
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const signed = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(3)}`;
const meanOf = (runs: readonly MutationRun[], read: (run: MutationRun) => number): number =>
  runs.reduce((sum, run) => sum + read(run), 0) / runs.length;

console.log("## Rewrites taken by one step, 50 validation rows\n");
console.log(`| options | true gain | ${accuracies.map((one) => `accuracy ${one}`).join(" | ")} |`);
console.log("| --- | --- | --- | --- | --- |");
for (const [way, options] of Object.entries(ways)) {
  for (const gain of [-0.1, 0, 0.1, 0.2]) {
    const shares = [];
    for (const accuracy of accuracies) {
      const step = { accuracy, gain, validationRows: 50, candidatesPerStep: 1, steps: 1, options };
      shares.push(percent(acceptedShare(await searchOften(step, Number(values.runs)))));
    }
    console.log(`| ${way} | ${gain} | ${shares.join(" | ")} |`);
  }
}

console.log("\n## Searches among 200 rewrites that are no better\n");
console.log(
  "| options | true accuracy | validation rows | accepted | highest mean | its inflation | best reported | inflation | base kept | rollouts |",
);
console.log(`|${" --- |".repeat(10)}`);
for (const [way, options] of Object.entries(ways)) {
  for (const [accuracy, validationRows] of [
    [0.3, 50],
    [0.6, 50],
    [0.8, 50],
    [0.6, 100],
  ] as const) {
    const search = { accuracy, gain: 0, validationRows, candidatesPerStep: 5, steps: 40, options };
    const runs = await searchOften(search, Number(values.searches));
    const reported = meanOf(runs, (run) => run.reported);
    const highest = meanOf(runs, (run) => run.highest);
    const cells = [
      way,
      accuracy,
      validationRows,
      percent(acceptedShare(runs)),
      highest.toFixed(3),
      signed(highest - accuracy),
      reported.toFixed(3),
      signed(reported - accuracy),
      percent(runs.filter((run) => run.isSeedBest).length / runs.length),
      meanOf(runs, (run) => run.rollouts).toFixed(0),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
