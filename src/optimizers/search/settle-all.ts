import { BudgetError } from "../../core/errors.ts";

/**
 * Waits for all promises, even if one fails, so that everything paid for is recorded and no rejection is
 * unhandled. Throws the first error that is not a BudgetError, otherwise the first error.
 */
export async function settleAll<T>(lanes: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(lanes);
  const errors = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (errors.length > 0) throw errors.find((error) => !(error instanceof BudgetError)) ?? errors[0];
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
