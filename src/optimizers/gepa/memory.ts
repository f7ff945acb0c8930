import type { CandidateId } from "../../core/prompt/candidate.ts";

/** A rejected edit. */
export interface RejectedEdit {
  /** Name of the text. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

/** Rejected edits by the candidate they changed. */
export interface Memory {
  remember(parent: CandidateId, edit: RejectedEdit): void;
  /** The newest edits of one text, oldest first. */
  recall(parent: CandidateId, name: string): readonly RejectedEdit[];
}

export function createMemory(capacity: number): Memory {
  const edits = new Map<string, RejectedEdit[]>();
  const keyOf = (parent: CandidateId, name: string) => `${parent} ${name}`;
  return {
    remember(parent, edit) {
      const key = keyOf(parent, edit.name);
      const kept = capacity === 0 ? [] : [...(edits.get(key) ?? []), edit].slice(-capacity);
      edits.set(key, kept);
    },
    recall: (parent, name) => edits.get(keyOf(parent, name)) ?? [],
  };
}
