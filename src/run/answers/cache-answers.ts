import type { AnswerStore } from "../../contracts/answer-store.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { defined } from "../../core/defined.ts";
import { claimAnswer, type OnAwaited } from "./claim-answer.ts";

/** The shared answers only, for commands without a journal. */
export function openCacheAnswers(
  shared: SharedAnswers,
  options: { readonly onAwaited?: OnAwaited } = {},
): AnswerStore {
  return {
    shared,
    async find(address, question) {
      const exchange = await shared.find(address, question);
      return exchange === undefined ? undefined : { exchange, origin: "cache" };
    },
    async claim(address, question, signal) {
      const waiting = { signal, ...defined({ onAwaited: options.onAwaited }) };
      const exchange = await claimAnswer(shared, { address, question }, waiting);
      return exchange === undefined ? undefined : { exchange, origin: "cache" };
    },
    release: (address) => void shared.release(address),
    async put(address, exchange, { isShared }) {
      const isAnswer = "completion" in exchange || "answer" in exchange;
      if (isShared && isAnswer) shared.put(address, exchange);
    },
  };
}
