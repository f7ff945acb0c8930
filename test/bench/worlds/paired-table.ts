import { meanOf } from "../../../src/core/statistics/mean.ts";
import type { PairedRun } from "../worlds-paired.ts";

/** Mean accuracy by world and budget, with the paired difference from other runs where there are any, as Markdown. */
export function pairedTable(
  runs: readonly PairedRun[],
  others: readonly PairedRun[],
  concurrency: number,
): string {
  const other = new Map(others.map((run) => [keyOf(run), run.accuracy]));
  const differences = (list: readonly PairedRun[]): readonly number[] =>
    list.flatMap((run) => {
      const theirs = other.get(keyOf(run));
      return theirs === undefined ? [] : [run.accuracy - theirs];
    });
  const lineOf = (world: string, budget: number | string, list: readonly PairedRun[]): string => {
    const accuracy = meanOf(list.map((run) => run.accuracy)).toFixed(4);
    return `| ${[world, budget, list.length, accuracy, describe(differences(list)), ...timesOf(list, concurrency)].join(" | ")} |`;
  };
  const budgets = distinct(runs.map(({ budget }) => budget));
  const names = distinct(runs.map(({ world }) => world));
  const cells = names.flatMap((world) =>
    budgets.map((budget) => {
      const list = runs.filter((run) => run.world === world && run.budget === budget);
      return lineOf(world, budget, list);
    }),
  );
  const sums = budgets.map((budget) =>
    lineOf(
      "all",
      budget,
      runs.filter((run) => run.budget === budget),
    ),
  );
  const ofWorlds = names.map((world) =>
    lineOf(
      world,
      "all",
      runs.filter((run) => run.world === world),
    ),
  );
  return [
    "| world | budget | runs | true accuracy | difference, standard errors | calls | reflections | steps | seconds | chain | seconds ÷ side by side | seconds ÷ chain |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...cells,
    ...ofWorlds,
    ...sums,
    lineOf("all", "all", runs),
  ].join("\n");
}

function timesOf(list: readonly PairedRun[], concurrency: number): readonly string[] {
  const mean = (of: (run: PairedRun) => number) => meanOf(list.map(of));
  const counts = [
    mean(({ rollouts, reflections }) => rollouts + reflections).toFixed(0),
    mean(({ reflections }) => reflections).toFixed(1),
    mean(({ steps }) => steps).toFixed(1),
  ];
  const [ms, chainMs] = [mean((run) => run.ms), mean((run) => run.chainMs)];
  if (ms === 0) return [...counts, "", "", "", ""];
  const sideBySide = mean((run) => run.sumMs) / concurrency;
  return [
    ...counts,
    (ms / 1000).toFixed(2),
    (chainMs / 1000).toFixed(2),
    (ms / sideBySide).toFixed(2),
    (ms / chainMs).toFixed(2),
  ];
}

function describe(differences: readonly number[]): string {
  if (differences.length === 0) return "";
  const middle = meanOf(differences);
  const squares = differences.map((value) => (value - middle) ** 2);
  const error = Math.sqrt(meanOf(squares) / Math.max(1, differences.length - 1));
  const errors = error === 0 ? 0 : middle / error;
  return `${middle >= 0 ? "+" : ""}${middle.toFixed(4)} ± ${error.toFixed(4)}, ${errors.toFixed(1)}`;
}

function keyOf({ world, budget, seed }: PairedRun): string {
  return `${world} ${budget} ${seed}`;
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
