import type { SearchEnd } from "../../contracts/optimizer.ts";
import { all } from "./allowances.ts";
import type { Contender, ContenderEnd } from "./contender.ts";
import { begin, bestOf, isPerfect, type Race } from "./state.ts";
import { takeTurn } from "./turn.ts";

/**
 * Gives the leader all that is left of the budget, and what it leaves to the others, in their order. A
 * search that only its steps bound ends with the first engine that ends without failing.
 */
export async function finish(race: Race, leader: Contender): Promise<SearchEnd> {
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
 * An engine that comes in when another has ended: anew from the best prompt so far, where there is one
 * better than it started from; else it goes on. Undefined when it cannot.
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
