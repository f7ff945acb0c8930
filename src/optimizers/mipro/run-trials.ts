import type { Example } from "../../core/data/example.ts";
import { settleAll } from "../search/settle-all.ts";
import { draftCombination } from "./draft-combination.ts";
import { observe } from "./observe.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";
import { fitSurrogate } from "./surrogate.ts";

const mostDraws = 20;

/**
 * Tries combinations on one minibatch, several at once: what a wave brings decides what the next one
 * tries. All run the same rows, so that luck with rows tells nothing apart.
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

/** Different combinations that have not run on all these rows. */
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
