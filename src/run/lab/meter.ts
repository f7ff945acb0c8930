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
import { type Amount, nothing } from "../budget/amount.ts";

/** One question of an optimization. Equal questions have equal keys and are paid for once. */
export interface BookedCall {
  readonly role: CallRole;
  readonly key: string;
  readonly price: Price | undefined;
}

/** Adds up what an optimization spends, by role. */
export interface Meter {
  /**
   * Books one answer and returns what it is charged now: nothing when it came out of the shared cache, or
   * was booked for an equal question before.
   */
  book(call: BookedCall, answer: Completion | AgentAnswer): Amount;
  /** Books tokens of an attempt that brought nothing usable. */
  bookWaste(call: BookedCall, usage: TokenUsage): Amount;
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
  const answered = new Set<string>();
  const add = (role: CallRole, spend: Spend): void => {
    byRole[role] = addSpend(byRole[role], spend);
    total = addSpend(total, spend);
  };
  return {
    book({ role, key, price }, { origin, usage }) {
      const isFree = origin === "cache" || answered.has(key);
      answered.add(key);
      const { inputTokens, outputTokens } = usage ?? { inputTokens: 0, outputTokens: 0 };
      const usd = answerCost(usage, price, isFree);
      add(
        role,
        isFree
          ? { ...noSpend, cachedCalls: 1, usd }
          : { calls: 1, cachedCalls: 0, inputTokens, outputTokens, usd },
      );
      onBooked?.(role, isFree ? "cache" : (origin ?? "provider"), total);
      return isFree ? nothing : { calls: 1, tokens: inputTokens + outputTokens, usd: usd ?? 0 };
    },
    bookWaste({ role, price }, usage) {
      const { inputTokens, outputTokens } = usage;
      const usd = costUsd(usage, price);
      add(role, { ...noSpend, inputTokens, outputTokens, usd });
      return { calls: 0, tokens: inputTokens + outputTokens, usd: usd ?? 0 };
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
