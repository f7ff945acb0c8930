import list from "../../config/prices.json" with { type: "json" };
import type { Price } from "../core/usage.ts";

interface ListedPrice {
  readonly input: number;
  readonly output: number;
  readonly cached_input?: number;
}

const prices: Readonly<Record<string, ListedPrice>> = list.usd_per_million_tokens;

/** The day the list was last checked, `YYYY-MM-DD`. */
export const pricesAsOf: string = list.as_of;

/** Price of a model by its exact name, or by the name without a snapshot date; undefined if unknown. */
export function knownPrice(name: string): Price | undefined {
  const undated = name.replace(/-\d{4}(-\d{2}-\d{2})?$/, "");
  const found = [name, undated].find((one) => Object.hasOwn(prices, one));
  const listed = found === undefined ? undefined : prices[found];
  if (listed === undefined) return undefined;
  const { input, output, cached_input } = listed;
  return { input, output, ...(cached_input === undefined ? {} : { cachedInput: cached_input }) };
}
