import { BudgetError } from "../../core/errors.ts";

/**
 * Waits for all lanes, also when one fails: what they have paid for is then in the ledger, and no
 * rejection is left unheard. Throws the first error that is no spent budget, else the first one.
 */
export async function settleAll<T>(lanes: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(lanes);
  const errors = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (errors.length > 0) throw errors.find((error) => !(error instanceof BudgetError)) ?? errors[0];
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
