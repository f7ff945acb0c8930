import type { Example } from "../../core/data/example.ts";
import { emitEnds, halvingRace } from "../search/halving-race.ts";
import { draftCombination } from "./run-trials.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";
import { fitSurrogate, observe } from "./surrogate.ts";

// The surrogate's first choice, and one more in case it is wrong.
export const finalists = 2;

/** Runs the surrogate's best choices on all rows against the leader. True if there is a new leader. */
export async function validateFinalists(
  search: MiproSearch,
  step: number,
  rows: readonly Example[],
  minibatchSize: number,
): Promise<boolean> {
  const { cards, lab, leader, options, spending, task } = search;
  const challengers = bestOpen(search, step);
  const ends = await halvingRace({
    cards,
    spending,
    leader: leader.candidate,
    challengers: challengers.map(({ candidate }) => candidate),
    rows,
    firstRows: Math.max(1, minibatchSize),
    errorLevel: options.error_level,
  });
  // Candidates that were overtaken or unaffordable may return in a later step.
  const judged = ends.filter(({ end }) => end === "better" || end === "not_better");
  for (const { challenger } of judged) search.judged.add(challenger.id);
  const best = emitEnds(lab, step, cards, task.validation, leader.candidate, judged);
  search.leader = challengers.find(({ candidate }) => candidate === best) ?? leader;
  return best !== undefined;
}

/** The combinations with the highest expected gain that were not yet compared with a leader. */
function bestOpen(search: MiproSearch, step: number): readonly TriedCombination[] {
  const surrogate = fitSurrogate(observe(search));
  draftCombination(search, step, surrogate.best(search.variables));
  const open = [...search.tried.values()].flatMap((one) =>
    one === undefined || search.judged.has(one.candidate.id) ? [] : [one],
  );
  const byCandidate = new Map(open.map((one) => [one.candidate.id, one]));
  return [...byCandidate.values()]
    .sort((one, other) => surrogate.expected(other.combination) - surrogate.expected(one.combination))
    .slice(0, finalists);
}
