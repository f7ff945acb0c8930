import type { Attempt } from "./rewrite-texts.ts";

/** Whether a model can answer the long requests of a search, by its first replies to them. */
export interface ReplyRecord {
  /** True if at least half of its first replies were unusable or changed nothing: requests now take the short form. */
  readonly isShort: boolean;
  /** Counts the attempts of a step, in their order. */
  note(attempts: readonly Attempt[]): void;
}

const fewestRefused = 2;

export function createReplyRecord(): ReplyRecord {
  let [replies, refused] = [0, 0];
  return {
    get isShort() {
      return refused >= fewestRefused && refused * 2 >= replies;
    },
    note(attempts) {
      for (const attempt of attempts) {
        if (attempt.kind === "failed") continue;
        replies++;
        if (attempt.isFirstRefused) refused++;
      }
    },
  };
}
