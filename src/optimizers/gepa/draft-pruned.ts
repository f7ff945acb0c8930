import type { Draft } from "../../contracts/optimizer.ts";
import type { Candidate } from "../../core/candidate.ts";
import { type Edit, undo } from "./edits.ts";
import type { Pruning } from "./pruning.ts";
import type { Search } from "./state.ts";

/** A rewrite without some of its edits, reported when it is new: undefined where that breaks the contract. */
export function draftPruned(
  { lab }: Search,
  step: number,
  { base, candidate }: Pick<Pruning, "base" | "candidate">,
  edits: readonly Edit[],
): Candidate | undefined {
  const parents = [candidate.id];
  const draft: Draft = lab.draft(undo(base.texts, candidate.texts, edits), parents);
  if (!draft.accepted) return undefined;
  const { id, texts } = draft.candidate;
  if (draft.isNew)
    lab.emit({ type: "candidate-proposed", step, candidate: id, parents, texts, by: "pruning" });
  return draft.candidate;
}
