import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { EngineReference, EstimateSearch, SearchCost, SearchSize } from "../../contracts/plugin.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defineOptimizer } from "../../plugins/define.ts";
import type { Contender, ContenderEnd, Entrant } from "./contender.ts";
import { type RaceOptions, raceOptions } from "./options.ts";
import { probeEngines } from "./probe-engines.ts";
import { planRungs } from "./rungs.ts";
import { begin, bestOf, isPerfect, openRace, type Race } from "./state.ts";
import { all, takeTurn } from "./turn.ts";

export const race = defineOptimizer({
  name: "race",
  summary: "several engines under one budget: all compete on a small share, the best one gets the rest",
  options: raceOptions,
  opens: engineReferences,
  estimate: estimateRace,
  create: (options, { openEngine }) => ({
    optimize: (task, lab) =>
      raceEngines(
        task,
        lab,
        options,
        engineReferences(options).map(({ use, options: given }) => ({
          name: use,
          open: () => openEngine(use, given),
        })),
      ),
  }),
});

/**
 * Runs several engines under one budget, by successive halving on shared evaluations (K. Jamieson, A.
 * Talwalkar, AISTATS 2016; L. Li et al., JMLR 18:185, 2018). The first engine leads, the others get a small
 * share of the budget to compete, and the leader after that gets the rest. Engines run in turns, so that each
 * one's spending is known and their order depends only on answers.
 */
export async function raceEngines(
  task: OptimizationTask,
  lab: Lab,
  options: RaceOptions,
  entrants: readonly Entrant[],
): Promise<SearchEnd> {
  const race = await openRace(task, lab, options, entrants);
  if (isPerfect(race)) return { stopped: "perfect", steps: 0 };
  try {
    return await finish(race, await probeEngines(race));
  } finally {
    for (const contender of race.contenders) contender.drop();
  }
}

/** The engines of a race, each with its place in the options. */
function engineReferences({ engines }: Pick<RaceOptions, "engines">): readonly EngineReference[] {
  return engines.map((engine, at) => {
    const { use, options } = typeof engine === "string" ? { use: engine, options: {} } : engine;
    return { path: ["engines", at], use, options: options as JsonObject };
  });
}

type Level = "low" | "likely" | "high";

/**
 * One engine's complete search, plus the first step of each other engine and one more step per rung for those
 * that stay. Low: the cheapest engine leads from the start. High: the most expensive one leads, and the
 * others continue with any remaining budget.
 */
function estimateRace(options: RaceOptions, size: SearchSize, opened: readonly EstimateSearch[]): SearchCost {
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
      // The leader is unknown in advance: the first engine or one of the others.
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

/**
 * Gives the leader the rest of the budget, then the others what remains, in order. If only steps bound the
 * search, it ends with the first engine that ends without an error.
 */
async function finish(race: Race, leader: Contender): Promise<SearchEnd> {
  const { spending, lab, task, mergedEvents } = race;
  const perfect = (): SearchEnd => ({ stopped: "perfect", steps: mergedEvents.steps });
  const places = race.entrants.map((_, place) => place).filter((place) => place !== leader.place);
  const ends: ContenderEnd[] = [];
  for (const place of [leader.place, ...places]) {
    if (isPerfect(race)) return perfect();
    const stepsLeft = task.limits.maxSteps - mergedEvents.steps;
    const contender = place === leader.place ? leader : comeIn(race, place, stepsLeft);
    if (contender === undefined) continue;
    await takeTurn(race, contender, all);
    const { end } = contender;
    if (end !== undefined) ends.push(end);
    if (end?.kind === "stopped" && !spending.isBounded) break;
    if (lab.budget.callsLeft < 1 || lab.budget.spentShare >= 1) break;
  }
  if (isPerfect(race)) return perfect();
  for (const end of ends) if (end.kind === "budget") throw end.error;
  const stopped = ends.find((end) => end.kind === "stopped");
  if (stopped?.kind === "stopped") return { ...stopped.end, steps: mergedEvents.steps };
  const [failed] = [...ends, ...race.contenders.flatMap(({ end }) => end ?? [])];
  throw failed?.kind === "failed" ? failed.error : new Error("no engine ran");
}

/**
 * Continues with another engine after one has ended. It restarts from the best prompt so far if that is
 * better than its own start; otherwise it resumes. Undefined if it cannot continue.
 */
function comeIn(race: Race, place: number, stepsLeft: number): Contender | undefined {
  const known = race.contenders.findLast((contender) => contender.place === place);
  if (known?.end?.kind === "failed" || stepsLeft < 1) return undefined;
  const best = bestOf(race);
  const maxSteps = stepsLeft;
  if (race.options.hand_over && best.id !== race.task.seed.id) {
    known?.drop();
    return begin(race, place, { seed: best, maxSteps });
  }
  if (known === undefined) return begin(race, place, { maxSteps });
  return known.end === undefined ? known : undefined;
}
