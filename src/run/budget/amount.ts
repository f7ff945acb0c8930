const fewestDecimals = 2;
const mostDecimals = 10;

/**
 * Dollars in as many decimals as two digits of `unit` take, two at least: 0.10, 0.097, 0.0042. Zeros at the end are
 * left out beyond the second decimal.
 */
export function shownUsd(usd: number, unit = usd, rounded: (value: number) => number = Math.round): string {
  const needed = unit > 0 ? 1 - Math.floor(Math.log10(unit)) : fewestDecimals;
  const decimals = Math.min(mostDecimals, Math.max(fewestDecimals, needed));
  const scale = 10 ** decimals;
  // What floating point adds in the last digits is not rounded up.
  const value = rounded(Number((usd * scale).toFixed(4))) / scale;
  const [whole = "0", fraction = ""] = value.toFixed(decimals).split(".");
  return `${whole}.${fraction.replace(/0+$/, "").padEnd(fewestDecimals, "0")}`;
}

/** What calls cost or may cost. `usd` counts as 0 where no price is known: then no cap on dollars exists. */
export interface Amount {
  readonly calls: number;
  readonly tokens: number;
  readonly usd: number;
}

/** The most that work of several calls may cost, and what its first call alone may. */
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

/** The larger of the two, limit by limit. */
export function largest(one: Amount, other: Amount): Amount {
  return {
    calls: Math.max(one.calls, other.calls),
    tokens: Math.max(one.tokens, other.tokens),
    usd: Math.max(one.usd, other.usd),
  };
}

/** What of `worst` is still to come after `spent` of it. */
export function restOf(worst: Amount, spent: Amount): Amount {
  return largest(nothing, minus(worst, spent));
}
