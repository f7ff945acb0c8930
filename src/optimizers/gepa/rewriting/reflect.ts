import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { type Attempt, rewriteTexts } from "../../search/rewrite-texts.ts";
import { gatherFailures } from "../gather-failures.ts";
import type { GepaSearch } from "../state.ts";
import { reflectionPrompt } from "./reflection-prompt.ts";

/** What one lane of a step brought; no attempt when its parent has nothing to learn from. */
export interface LaneResult {
  readonly parent: Candidate;
  readonly minibatch: readonly Example[];
  readonly lesson: readonly Outcome[];
  readonly attempt?: Attempt;
}

/** One lane: the parent's rollouts, what they teach, and new texts that keep the contract. */
export async function reflectOn(
  search: GepaSearch,
  step: number,
  parent: Candidate,
  names: readonly string[],
): Promise<LaneResult> {
  const { outcomes, minibatch } = await gatherFailures(search, parent);
  if (outcomes.length === 0) return { parent, minibatch, lesson: [] };
  const requests = names.map((name) => [name, reflectionPrompt(search, parent, name, outcomes)] as const);
  const attempt = await rewriteTexts(search.lab, {
    step,
    by: "reflection",
    purpose: "propose",
    parents: [parent],
    settled: parent.texts,
    requests: Object.fromEntries(requests),
  });
  if (attempt.kind === "drafted") search.provenance.note(parent.texts, attempt.candidate, outcomes);
  return { parent, minibatch, lesson: outcomes, attempt };
}
