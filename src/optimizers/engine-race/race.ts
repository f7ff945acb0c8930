import type { Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { Entrant } from "./contender.ts";
import { finish } from "./finish.ts";
import type { RaceOptions } from "./options.ts";
import { probeEngines } from "./probe-engines.ts";
import { isPerfect, openRace } from "./state.ts";

/**
 * Several engines under one budget, by successive halving on shared evaluations (K. Jamieson,
 * A. Talwalkar, AISTATS 2016; L. Li et al., JMLR 18:185, 2018). The first engine leads; a small share of
 * the budget lets the others show what they can; who then leads has the rest. Engines run in turns, so
 * that what each spends is known, and their order depends on answers alone.
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
