import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import type { Edit } from "./edits.ts";

/** A rewrite whose edits are to earn their place. */
export interface Pruning {
  readonly base: Candidate;
  readonly candidate: Candidate;
  /** Train rows an edit was made for: failures of what it was made from. */
  rowsOf(edit: Edit): readonly Example[];
  /** Share of a sentence's rows that must be right now: what is still wrong may need it too. */
  readonly enoughMended: number;
  /** Rows beyond those the edits were made for that must not be lost. */
  readonly guarded: readonly Example[];
}
