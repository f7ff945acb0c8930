import type { Result } from "./measure.ts";

const columns: readonly (readonly [string, (result: Result, all: readonly Result[]) => string])[] = [
  ["engine", ({ engine }) => engine],
  ["budget", ({ budget }) => String(budget)],
  ["true accuracy", ({ clean, cleanError }) => `${clean.toFixed(3)} ± ${cleanError.toFixed(3)}`],
  ["÷ best other", (result, all) => ratioToBest(result, all)],
  ["with noise", ({ noisy }) => noisy.toFixed(3)],
  ["reported validation", ({ validation }) => validation.toFixed(3)],
  ["target calls", ({ target }) => target.toFixed(0)],
  ["reflections", ({ reflection }) => reflection.toFixed(0)],
  ["blind calls", ({ blind }) => String(blind)],
  ["seconds", ({ seconds }) => seconds.toFixed(2)],
  ["stopped", ({ stopped }) => stopped],
];

/** One line per engine and budget; means over the seeds, blind calls in all. */
export function markdownTable(results: readonly Result[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => "---")),
    ...results.map((result) => line(columns.map(([, cell]) => cell(result, results)))),
  ].join("\n");
}

/** True accuracy as a share of what the best of the other engines reaches at the same budget. */
function ratioToBest({ engine, budget, clean }: Result, all: readonly Result[]): string {
  const others = all.filter((other) => other.engine !== engine && other.budget === budget);
  const best = Math.max(...others.map((other) => other.clean));
  return others.length === 0 || best === 0 ? "" : (clean / best).toFixed(2);
}
