/**
 * The likely figures of a plan beside the true ones. Tokens and dollars are those of every answer as first measured,
 * whoever paid for it.
 */
export interface EstimateCheck {
  readonly calls: LikelyAndActual;
  readonly tokens: LikelyAndActual;
  /** null where a price is unknown. */
  readonly usd: LikelyAndActual | null;
  readonly seconds: LikelyAndActual;
}

export interface LikelyAndActual {
  readonly likely: number;
  readonly actual: number;
}
