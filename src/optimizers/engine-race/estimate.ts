import type { EstimateSearch, SearchCost, SearchSize } from "../../contracts/plugin.ts";
import type { RaceOptions } from "./options.ts";
import { planRungs } from "./rungs.ts";

type Level = "low" | "likely" | "high";

/**
 * One engine's whole search, and what the others show before: their first step, and one more a rung for those
 * that go on. Low: the cheapest engine leads at once. High: the dearest one leads; where a budget is left over,
 * the others go on with it.
 */
export function estimateRace(
  options: RaceOptions,
  size: SearchSize,
  opened: readonly EstimateSearch[],
): SearchCost {
  const whole = opened.map((estimate) => estimate(size));
  const rungs = planRungs(opened.length - 1, size.rollouts, size.validationRows, options);
  const turns = (steps: number) =>
    opened.map((estimate) => estimate({ ...size, maxSteps: Math.min(size.maxSteps, steps) }));
  const isBounded = Number.isFinite(size.rollouts);
  const rows = rungs.reduce((sum, rung) => sum + (rung.challengers + 1) * rung.rows, 0);
  const cost = (read: (one: SearchCost, level: Level) => number, compared: number) => {
    const all = (list: readonly SearchCost[], level: Level) => list.map((one) => read(one, level));
    const [first = 0, ...others] = all(whole, "likely");
    const shown = rungs.length === 0 ? [] : all(turns(1), "likely").slice(1);
    const most = all(whole, "high");
    const longest = Math.max(...most);
    const shownAtMost = all(turns(rungs.length), "high");
    return {
      low: Math.min(...all(whole, "low")),
      // Whoever leads, it is not known before: the first engine, or one of the others.
      likely: (others.length === 0 ? first : (first + Math.max(...others)) / 2) + sum(shown) + compared,
      high: isBounded ? sum(most) + compared : longest + sum(shownAtMost) + compared,
    };
  };
  return {
    rollouts: cost(({ rollouts }, level) => rollouts[level], rows),
    reflections: cost(({ reflections }, level) => reflections[level], 0),
    shownRows: {
      low: Math.min(...whole.map(({ shownRows }) => shownRows?.low ?? 0)),
      likely: sum(whole.map(({ shownRows }) => shownRows?.likely ?? 0)) / whole.length,
      high: Math.max(...whole.map(({ shownRows }) => shownRows?.high ?? 0)),
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
