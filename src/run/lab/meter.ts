import type { AgentAnswer } from "../../contracts/agent.ts";
import type { Completion } from "../../contracts/language-model.ts";
import {
  addSpend,
  type CallRole,
  costUsd,
  noSpend,
  type Price,
  type Spend,
  type TokenUsage,
} from "../../core/usage.ts";
import type { Amount } from "../budget/amount.ts";

/** Adds up what an optimization spends, by role. */
export interface Meter {
  /** Books one answer and returns what it costs the budget: nothing when it came out of the shared cache. */
  book(role: CallRole, answer: Completion | AgentAnswer, price: Price | undefined): Amount;
  /** Books tokens of an attempt that brought nothing usable. */
  bookWaste(role: CallRole, usage: TokenUsage, price: Price | undefined): Amount;
  readonly byRole: Readonly<Record<CallRole, Spend>>;
  readonly total: Spend;
}

export function createMeter(onBooked?: (role: CallRole, origin: string, total: Spend) => void): Meter {
  const byRole: Record<CallRole, Spend> = {
    target: noSpend,
    reflection: noSpend,
    judge: noSpend,
    source: noSpend,
  };
  let total = noSpend;
  const add = (role: CallRole, spend: Spend): void => {
    byRole[role] = addSpend(byRole[role], spend);
    total = addSpend(total, spend);
  };
  return {
    book(role, answer, price) {
      const usage = answer.usage ?? { inputTokens: 0, outputTokens: 0 };
      const isFree = answer.origin === "cache";
      const usd = answerCost(answer.usage, price, isFree);
      add(role, {
        calls: isFree ? 0 : 1,
        cachedCalls: isFree ? 1 : 0,
        inputTokens: isFree ? 0 : usage.inputTokens,
        outputTokens: isFree ? 0 : usage.outputTokens,
        usd,
      });
      onBooked?.(role, answer.origin ?? "provider", total);
      if (isFree) return { calls: 0, tokens: 0, usd: 0 };
      return { calls: 1, tokens: usage.inputTokens + usage.outputTokens, usd: usd ?? 0 };
    },
    bookWaste(role, usage, price) {
      const usd = costUsd(usage, price);
      add(role, { ...noSpend, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens, usd });
      return { calls: 0, tokens: usage.inputTokens + usage.outputTokens, usd: usd ?? 0 };
    },
    get byRole() {
      return { ...byRole };
    },
    get total() {
      return total;
    },
  };
}

/** Null where the price or the number of tokens is unknown, even for a free answer: no figure stands for a guess. */
function answerCost(usage: TokenUsage | undefined, price: Price | undefined, isFree: boolean): number | null {
  if (usage === undefined || price === undefined) return null;
  return isFree ? 0 : costUsd(usage, price);
}
