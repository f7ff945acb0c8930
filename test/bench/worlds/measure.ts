import { meanOf } from "../../../src/core/statistics/mean.ts";
import { trueAccuracy } from "./accuracy.ts";
import type { Conditions } from "./conditions.ts";
import type { WorldEngine } from "./engines.ts";
import { openVisit, statsOf } from "./visit.ts";
import type { WorldSpec } from "./world-spec.ts";

/** Means over the seeds of one engine at one budget. */
export interface Result {
  readonly engine: string;
  readonly budget: number;
  /** True accuracy of the prompt returned, noise left out, and its standard error over the seeds. */
  readonly clean: number;
  readonly cleanError: number;
  /** True accuracy as a measurement would see it on average. */
  readonly noisy: number;
  /** Mean on the validation rows, as reported. */
  readonly validation: number;
  readonly target: number;
  readonly reflection: number;
  /** Target calls wasted on prompts without a placeholder, in all. */
  readonly blind: number;
  readonly seconds: number;
  /** Wall time over sum of latencies ÷ concurrency; 0 without latency. */
  readonly latencyRatio: number;
  readonly stopped: string;
}

const concurrency = 32;

export async function measure(
  origin: string,
  world: WorldSpec,
  seeds: readonly number[],
  engine: WorldEngine,
  budget: number,
  conditions?: Conditions,
): Promise<Result> {
  const visits = seeds.map((seed) => openVisit(origin, world, seed, conditions));
  const outcomes = await engine.search(visits, budget);
  const stats = await Promise.all(visits.map(statsOf));
  const accuracies = outcomes.map(({ prompt, needsPlaceholder }, at) =>
    trueAccuracy(world, seeds[at] ?? 0, prompt, needsPlaceholder ? undefined : true),
  );
  const clean = accuracies.map((accuracy) => accuracy.clean);
  const seconds = meanOf(outcomes.map((outcome) => outcome.seconds));
  const lineSeconds = meanOf(stats.map(({ latencyMs }) => latencyMs)) / 1000 / concurrency;
  return {
    engine: engine.name,
    budget,
    clean: meanOf(clean),
    cleanError: standardError(clean),
    noisy: meanOf(accuracies.map((accuracy) => accuracy.noisy)),
    validation: meanOf(outcomes.map((outcome) => outcome.validation)),
    target: meanOf(stats.map((one) => one.target)),
    reflection: meanOf(stats.map((one) => one.reflection)),
    blind: stats.reduce((sum, one) => sum + one.blind, 0),
    seconds,
    latencyRatio: lineSeconds === 0 ? 0 : seconds / lineSeconds,
    stopped: countsOf(outcomes.map((outcome) => outcome.stopped)),
  };
}

function standardError(values: readonly number[]): number {
  const middle = meanOf(values);
  const squares = values.map((value) => (value - middle) ** 2);
  return Math.sqrt(meanOf(squares) / Math.max(1, values.length - 1));
}

function countsOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join(", ");
}
