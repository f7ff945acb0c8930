const fewestDecimals = 2;
const mostDecimals = 10;

/**
 * Formats dollars with as many decimals as two significant digits of `unit` need, at least two: 0.10, 0.097,
 * 0.0042. Trailing zeros beyond the second decimal are dropped.
 */
export function shownUsd(usd: number, unit = usd, rounded: (value: number) => number = Math.round): string {
  const needed = unit > 0 ? 1 - Math.floor(Math.log10(unit)) : fewestDecimals;
  const decimals = Math.min(mostDecimals, Math.max(fewestDecimals, needed));
  const scale = 10 ** decimals;
  // Floating-point noise in the last digits is not rounded up.
  const value = rounded(Number((usd * scale).toFixed(4))) / scale;
  const [whole = "0", fraction = ""] = value.toFixed(decimals).split(".");
  return `${whole}.${fraction.replace(/0+$/, "").padEnd(fewestDecimals, "0")}`;
}

/**
 * Actual or possible cost of calls. `usd` counts as 0 without a known price; caps on dollars do not exist
 * then.
 */
export interface Amount {
  readonly calls: number;
  readonly tokens: number;
  readonly usd: number;
}

/** The maximum cost of several calls, and of the first one alone. */
export interface WorstCase extends Amount {
  readonly first?: Amount;
}

export const nothing: Amount = { calls: 0, tokens: 0, usd: 0 };

export function plus(one: Amount, other: Amount): Amount {
  return {
    calls: one.calls + other.calls,
    tokens: one.tokens + other.tokens,
    usd: one.usd + other.usd,
  };
}

export function minus(one: Amount, other: Amount): Amount {
  return plus(one, times(other, -1));
}

export function times(one: Amount, factor: number): Amount {
  return { calls: one.calls * factor, tokens: one.tokens * factor, usd: one.usd * factor };
}

/** The larger amount of each limit. */
export function largest(one: Amount, other: Amount): Amount {
  return {
    calls: Math.max(one.calls, other.calls),
    tokens: Math.max(one.tokens, other.tokens),
    usd: Math.max(one.usd, other.usd),
  };
}

/** The part of `worst` that remains after spending `spent`. */
export function restOf(worst: Amount, spent: Amount): Amount {
  return largest(nothing, minus(worst, spent));
}
