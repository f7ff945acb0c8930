import type { Address, Exchange } from "../../contracts/answer-store.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { systemClock } from "../../models/clock.ts";

/** What the doors of one memory share. */
export interface AnswerMemory {
  readonly answers: Map<Address, Exchange>;
  readonly claims: Map<Address, SharedAnswers>;
}

const pauseMs = 5;

/** Shared answers of one process: several runs in it pay once. Nothing outlives the process. */
export function openMemoryAnswers(
  memory: AnswerMemory = { answers: new Map(), claims: new Map() },
): SharedAnswers {
  const { answers, claims } = memory;
  const shared: SharedAnswers = {
    find: async (address) => answers.get(address),
    async claim(address) {
      const exchange = answers.get(address);
      if (exchange !== undefined) return { state: "answered", exchange };
      if (claims.has(address)) return { state: "held" };
      claims.set(address, shared);
      return { state: "owned" };
    },
    changed: (_address, _attempt, signal) => systemClock.sleep(pauseMs, signal),
    put: (address, exchange) => void answers.set(address, exchange),
    async release(address) {
      if (claims.get(address) === shared) claims.delete(address);
    },
    unstored: 0,
    flush: async () => {},
    async close() {
      for (const [address, owner] of claims) if (owner === shared) claims.delete(address);
    },
  };
  return shared;
}
