import type { Attempt } from "./rewrite-texts.ts";

/** Whether a model can follow the long requests of a search, by its first replies to them. */
export interface ReplyRecord {
  /** True if at least half of its first replies were unusable: from now on, requests take the short form. */
  readonly isShort: boolean;
  /** Counts the attempts of a step, in their order. */
  note(attempts: readonly Attempt[]): void;
}

const fewestUnusable = 2;

export function createReplyRecord(): ReplyRecord {
  let [replies, unusable] = [0, 0];
  return {
    get isShort() {
      return unusable >= fewestUnusable && unusable * 2 >= replies;
    },
    note(attempts) {
      for (const attempt of attempts) {
        if (attempt.kind === "failed") continue;
        replies++;
        if (attempt.isFirstUnusable) unusable++;
      }
    },
  };
}
