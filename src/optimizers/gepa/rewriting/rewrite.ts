import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";

/** A new candidate of a step, not yet compared with anything. */
export interface Rewrite {
  readonly by: "reflection" | "fold" | "merge";
  readonly candidate: Candidate;
  readonly parents: readonly Candidate[];
  /** The parent's train rows it was learnt from; empty for folds and merges. */
  readonly minibatch: readonly Example[];
  /** What of it the reflection was shown; empty for folds and merges. */
  readonly lesson: readonly Outcome[];
}
