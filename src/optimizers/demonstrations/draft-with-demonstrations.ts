import type { Draft, Lab, OptimizationTask } from "../../contracts/optimizer.ts";
import type { CandidateId, PromptTexts } from "../../core/prompt/candidate.ts";
import type { DemonstrationSets } from "./demonstration.ts";
import type { DemonstrationPlace } from "./demonstration-places.ts";
import { withDemonstrations } from "./with-demonstrations.ts";

/** A draft, the texts it was made of, and the demonstrations that were left in. */
export interface DemonstrationDraft {
  readonly draft: Draft;
  readonly texts: PromptTexts;
  readonly sets: DemonstrationSets;
}

/** Drafts texts with demonstrations; where the prompt gets too long, with fewer of them, down to one. */
export function draftWithDemonstrations(
  task: OptimizationTask,
  lab: Pick<Lab, "draft">,
  places: readonly DemonstrationPlace[],
  base: PromptTexts,
  sets: DemonstrationSets,
  parents: readonly CandidateId[],
): DemonstrationDraft {
  const texts = withDemonstrations(task, places, base, sets);
  const draft = lab.draft(texts, parents);
  const fewer = task.contract.maxPromptTokens === undefined ? undefined : withoutOne(sets);
  if (draft.accepted || fewer === undefined) return { draft, texts, sets };
  return draftWithDemonstrations(task, lab, places, base, fewer, parents);
}

/** Takes the last one out of the largest set; undefined when only one is left in all. */
function withoutOne(sets: DemonstrationSets): DemonstrationSets | undefined {
  const entries = Object.entries(sets);
  if (entries.reduce((sum, [, set]) => sum + set.length, 0) <= 1) return undefined;
  const [largest] = entries.reduce((top, one) => (one[1].length > top[1].length ? one : top));
  return { ...sets, [largest]: sets[largest]?.slice(0, -1) ?? [] };
}
