import { draftWithDemonstrations } from "../demonstrations/draft-with-demonstrations.ts";
import { type Combination, combinationKey, contentOf } from "./choices.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";

/** The candidate of a combination; undefined where it breaks the contract, which is told once. */
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
