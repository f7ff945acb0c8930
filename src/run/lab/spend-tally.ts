import type { UnusedAttempt } from "../../contracts/language-model.ts";
import { costUsd, type Price, type Spend, type TokenUsage } from "../../core/usage.ts";

/**
 * Adds up the spend of one role. Tokens are summed, and priced at the end: a sum of dollars would depend,
 * in its last digits, on which answer arrived first.
 */
export interface SpendTally {
  addCall(usage: TokenUsage | undefined, price: Price | undefined, isEstimated: boolean): void;
  /** An answer that cost nothing; its price decides whether that is known. */
  addFree(price: Price | undefined): void;
  /** An answer that nobody bills is no call. */
  addUnbilled(price: Price | undefined): void;
  /** An attempt that is billed and brought nothing usable; a lost one is counted apart. */
  addUnused(attempt: UnusedAttempt, price: Price | undefined): void;
  /** Another attempt at a request was sent. */
  addRetry(): void;
  spend(): Spend;
}

type Priced = "inputTokens" | "outputTokens" | "cachedInputTokens";

export function createSpendTally(): SpendTally {
  let calls = 0;
  let cachedCalls = 0;
  let lostCalls = 0;
  let retries = 0;
  let hasEstimates = false;
  let isPriced = true;
  const byPrice = new Map<string, { -readonly [Kind in Priced]: number } & { price: Price | undefined }>();
  const addTokens = (usage: TokenUsage, price: Price | undefined): void => {
    // By its figures: that of a stored answer is another object.
    const key = price === undefined ? "" : `${price.input} ${price.output} ${price.cachedInput ?? ""}`;
    const sum = byPrice.get(key) ?? { price, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
    byPrice.set(key, sum);
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cachedInputTokens += Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
    isPriced &&= price !== undefined;
  };
  return {
    addCall(usage, price, isEstimated) {
      calls++;
      hasEstimates ||= isEstimated;
      if (usage === undefined) isPriced = false;
      else addTokens(usage, price);
    },
    addFree(price) {
      cachedCalls++;
      isPriced &&= price !== undefined;
    },
    addUnbilled(price) {
      isPriced &&= price !== undefined;
    },
    addUnused(attempt, price) {
      if (attempt.isLost === true) lostCalls++;
      else calls++;
      hasEstimates ||= attempt.isEstimated === true;
      addTokens(attempt, price);
    },
    addRetry() {
      retries++;
    },
    spend() {
      let [inputTokens, outputTokens] = [0, 0];
      const costs: number[] = [];
      for (const { price, ...usage } of byPrice.values()) {
        inputTokens += usage.inputTokens;
        outputTokens += usage.outputTokens;
        costs.push(costUsd(usage, price) ?? 0);
      }
      const usd = isPriced
        ? costs.sort((one, other) => one - other).reduce((sum, cost) => sum + cost, 0)
        : null;
      const isEstimated = hasEstimates;
      return { calls, cachedCalls, lostCalls, retries, inputTokens, outputTokens, usd, isEstimated };
    },
  };
}
