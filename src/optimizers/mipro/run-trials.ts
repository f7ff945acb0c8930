import type { Example } from "../../core/data/example.ts";
import { draftWithDemonstrations } from "../demonstrations/draft-with-demonstrations.ts";
import { settleAll } from "../search/settle-all.ts";
import { type Combination, combinationKey, contentOf } from "./choices.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";
import { fitSurrogate, observe } from "./surrogate.ts";

const mostDraws = 20;

/**
 * Tries combinations on one minibatch in waves: the results of a wave decide what the next one tries. All run
 * the same rows, so that differences between rows do not matter.
 */
export async function runTrials(
  search: MiproSearch,
  step: number,
  minibatch: readonly Example[],
  trials: number,
): Promise<void> {
  const lanes = search.task.limits.candidatesPerStep;
  for (let done = 0; done < trials; done += lanes) {
    const wave = drawWave(search, step, `${step} ${done}`, minibatch, Math.min(lanes, trials - done));
    if (wave.length === 0) return;
    await settleAll(wave.map(({ candidate }) => search.cards.measure(candidate, minibatch)));
  }
}

/** Distinct combinations that have not run on all these rows. */
function drawWave(
  search: MiproSearch,
  step: number,
  label: string,
  minibatch: readonly Example[],
  count: number,
): readonly TriedCombination[] {
  const surrogate = fitSurrogate(observe(search));
  const random = search.lab.random.fork(`trials ${label}`);
  const wave: TriedCombination[] = [];
  for (let draw = 0; draw < mostDraws && wave.length < count; draw++) {
    const found = draftCombination(search, step, surrogate.draw(search.variables, random));
    if (found === undefined || wave.some(({ candidate }) => candidate === found.candidate)) continue;
    const isFresh = minibatch.some((row) => !search.cards.isMeasured(found.candidate.id, row));
    if (isFresh) wave.push(found);
  }
  return wave;
}

/** The candidate of a combination; undefined, with one report, if it breaks the contract. */
export function draftCombination(
  search: MiproSearch,
  step: number,
  combination: Combination,
): TriedCombination | undefined {
  const { lab, leader, places, task, tried, variables } = search;
  const key = combinationKey(combination);
  if (tried.has(key)) return tried.get(key);
  const { texts: base, sets } = contentOf(variables, combination);
  const parents = [leader.candidate.id];
  const { draft, texts } = draftWithDemonstrations(task, lab, places, base, sets, parents);
  if (!draft.accepted) {
    const reason = draft.problems.join("; ");
    lab.emit({ type: "candidate-rejected", step, parents, texts, reason, by: "combination" });
    tried.set(key, undefined);
    return undefined;
  }
  const { candidate, isNew } = draft;
  if (isNew)
    lab.emit({
      type: "candidate-proposed",
      step,
      candidate: candidate.id,
      parents,
      texts: candidate.texts,
      by: "combination",
    });
  const found = { combination, candidate };
  tried.set(key, found);
  return found;
}
