import type { ModelSpec } from "../../contracts/model-spec.ts";
import { type Bill, sumOfBills } from "./estimate-bills.ts";

/**
 * How long calls take, so many at once: as long as all of them together, or as those of the model whose own `limits`
 * hold it back most.
 */
export function secondsOfBills(
  bills: readonly Bill[],
  models: Readonly<Record<string, ModelSpec>>,
  concurrency: number,
): number {
  const keys = new Set(bills.flatMap(({ model }) => model ?? []));
  const heldBack = [...keys].map((key) => {
    const { calls, tokens, seconds } = sumOfBills(bills.filter(({ model }) => model === key));
    const { concurrency: own = concurrency, requestsPerMinute, tokensPerMinute } = models[key]?.limits ?? {};
    return Math.max(
      seconds / Math.min(own, concurrency),
      requestsPerMinute === undefined ? 0 : (calls / requestsPerMinute) * 60,
      tokensPerMinute === undefined ? 0 : (tokens / tokensPerMinute) * 60,
    );
  });
  return Math.max(sumOfBills(bills).seconds / concurrency, ...heldBack);
}
