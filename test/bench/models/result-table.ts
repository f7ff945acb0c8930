import { type Interval, meanOf } from "../../../src/core/statistics/mean.ts";
import type { CellResult, FailedCell } from "./cells.ts";
import { isDone } from "./cells.ts";
import { crossedInterval } from "./intervals.ts";

const titles = [
  "engine",
  "target ← reflection",
  "seeds",
  "base",
  "best",
  "gain [95 %]",
  "proven",
  "no gain",
  "calls",
  "reflections",
  "seconds",
];

/**
 * Markdown: a table for every suite, seed prompt and budget; a line for every engine and pair of models, with the
 * mean over its search seeds on the unseen rows. Searches without a gain count in full.
 */
export function resultTables(results: readonly (CellResult | FailedCell)[]): string {
  const groups = groupsOf(results, ({ suite, prompt, budget, rows }) =>
    JSON.stringify({ suite, prompt, budget, rows }),
  );
  return [...groups.entries()].map(([key, group]) => renderGroup(JSON.parse(key), group)).join("\n\n");
}

function renderGroup(
  group: { readonly suite: string; readonly prompt: string; readonly budget: number; readonly rows: string },
  results: readonly (CellResult | FailedCell)[],
): string {
  const [train, validation, test, unseen] = group.rows.split(",");
  const lines = groupsOf(results, ({ engine, target, reflection }) =>
    [engine, `${target} ← ${reflection}`].join("\n"),
  );
  return [
    `## ${group.suite}, ${group.prompt} prompt`,
    `Budget ${group.budget} calls; ${train} train, ${validation} validation and ${test} test rows for the tool, ${unseen} rows that it never saw.`,
    [
      `| ${titles.join(" | ")} |`,
      `|${" --- |".repeat(titles.length)}`,
      ...[...lines.entries()].map(([key, all]) => `| ${cellsOf(key.split("\n"), all).join(" | ")} |`),
    ].join("\n"),
  ].join("\n\n");
}

function cellsOf(names: readonly string[], all: readonly (CellResult | FailedCell)[]): readonly string[] {
  const done = all.filter(isDone);
  const seeds = new Set(done.map(({ seed }) => seed));
  const failed = new Set(all.filter((one) => !isDone(one) && !seeds.has(one.seed)).map(({ seed }) => seed))
    .size;
  const count = `${done.length}${failed === 0 ? "" : ` (+${failed} failed)`}`;
  if (done.length === 0) return [...names, count, ...titles.slice(3).map(() => "–")];
  const gains = done.map(({ unseen }) =>
    unseen.best_scores.map((score, row) => score - (unseen.base_scores[row] ?? 0)),
  );
  const verdicts = done.flatMap(({ verdict }) => verdict ?? []);
  const gated =
    verdicts.length === 0
      ? "–"
      : `${verdicts.filter((one) => one === "improved").length} of ${verdicts.length}`;
  const whole = done.filter(({ is_resumed }) => !is_resumed);
  const mean = (read: (result: CellResult) => number) => meanOf(done.map(read));
  return [
    ...names,
    count,
    mean(({ unseen }) => unseen.base).toFixed(3),
    mean(({ unseen }) => unseen.best).toFixed(3),
    `${signed(mean(({ unseen }) => unseen.gain))} ${intervalText(crossedInterval(gains))}`,
    gated,
    `${done.filter(({ unseen }) => unseen.gain <= 0).length} of ${done.length}`,
    `${mean(({ calls }) => calls.search).toFixed(0)} + ${mean(({ calls }) => calls.gate).toFixed(0)}`,
    mean(({ calls }) => calls.reflection).toFixed(0),
    // A resumed search has the time of its last session only.
    whole.length === 0 ? "–" : meanOf(whole.map(({ seconds }) => seconds)).toFixed(0),
  ];
}

function groupsOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function intervalText([low, high]: Interval): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
