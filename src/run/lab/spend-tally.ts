import { costUsd, type Price, type Spend, type TokenUsage } from "../../core/usage.ts";

/**
 * Adds up the spend of one role. Tokens are summed, and priced at the end: a sum of dollars would depend,
 * in its last digits, on which answer arrived first.
 */
export interface SpendTally {
  addCall(usage: TokenUsage | undefined, price: Price | undefined): void;
  /** An answer that cost nothing; its price decides whether that is known. */
  addFree(price: Price | undefined): void;
  /** Tokens paid for by a call that is counted elsewhere. */
  addWaste(usage: TokenUsage, price: Price | undefined): void;
  spend(): Spend;
}

export function createSpendTally(): SpendTally {
  let calls = 0;
  let cachedCalls = 0;
  let isPriced = true;
  const byPrice = new Map<
    Price | undefined,
    Required<Pick<TokenUsage, "inputTokens" | "outputTokens" | "cachedInputTokens">>
  >();
  const addTokens = (usage: TokenUsage, price: Price | undefined): void => {
    const sum = byPrice.get(price) ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
    byPrice.set(price, {
      inputTokens: sum.inputTokens + usage.inputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
      cachedInputTokens: sum.cachedInputTokens + Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens),
    });
    isPriced &&= price !== undefined;
  };
  return {
    addCall(usage, price) {
      calls++;
      if (usage === undefined) isPriced = false;
      else addTokens(usage, price);
    },
    addFree(price) {
      cachedCalls++;
      isPriced &&= price !== undefined;
    },
    addWaste: addTokens,
    spend() {
      const sums = [...byPrice];
      const total = (read: (usage: TokenUsage) => number) =>
        sums.reduce((sum, [, usage]) => sum + read(usage), 0);
      const costs = sums
        .map(([price, usage]) => costUsd(usage, price) ?? 0)
        .sort((one, other) => one - other);
      return {
        calls,
        cachedCalls,
        inputTokens: total(({ inputTokens }) => inputTokens),
        outputTokens: total(({ outputTokens }) => outputTokens),
        usd: isPriced ? costs.reduce((sum, cost) => sum + cost, 0) : null,
      };
    },
  };
}
