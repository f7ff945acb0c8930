import type { AnswerStore } from "../../contracts/answer-store.ts";
import type { AnswerCache } from "./answer-cache.ts";

/** The cross-run cache alone, for work that keeps no journal. */
export function openCacheAnswers(cache: AnswerCache): AnswerStore {
  return {
    async find(address) {
      const exchange = await cache.find(address);
      return exchange === undefined ? undefined : { exchange, origin: "cache" };
    },
    async put(address, exchange, { isShared }) {
      const isAnswer = "completion" in exchange || "answer" in exchange;
      if (isShared && isAnswer) cache.put(address, exchange);
    },
  };
}
