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
