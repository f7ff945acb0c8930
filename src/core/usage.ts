/** Tokens of one or more answers. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens` that the provider served from its own prompt cache. */
  readonly cachedInputTokens?: number;
  /** Part of `outputTokens` spent on hidden reasoning. */
  readonly reasoningTokens?: number;
}

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
}

/** USD for these tokens; null, never a guess, when the price is unknown. */
export function costUsd(usage: TokenUsage, price: Price | undefined): number | null {
  if (price === undefined) return null;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  return (
    (fresh * price.input + cached * (price.cachedInput ?? price.input) + usage.outputTokens * price.output) /
    1e6
  );
}

/** What a call was for. */
export type CallRole = "target" | "reflection" | "judge" | "source";

/** Spend of one role. `usd` is null as soon as one call had no price. */
export interface Spend {
  /** Billed attempts that were answered; lost ones are counted apart. */
  readonly calls: number;
  /** Answers that came out of the cross-run cache and cost nothing; not part of `calls`. */
  readonly cachedCalls: number;
  /** Attempts that were sent and never answered; their tokens are estimates. */
  readonly lostCalls: number;
  /** Attempts after the first of a request. */
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number | null;
  /** Is a part of the tokens an estimate? */
  readonly isEstimated: boolean;
}

export const noSpend: Spend = {
  calls: 0,
  cachedCalls: 0,
  lostCalls: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  usd: 0,
  isEstimated: false,
};

export function addSpend(one: Spend, other: Spend): Spend {
  return {
    calls: one.calls + other.calls,
    cachedCalls: one.cachedCalls + other.cachedCalls,
    lostCalls: one.lostCalls + other.lostCalls,
    retries: one.retries + other.retries,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    usd: one.usd === null || other.usd === null ? null : one.usd + other.usd,
    isEstimated: one.isEstimated || other.isEstimated,
  };
}

const tokensPerByte = 1 / 4;

/** Rough count of tokens in a text: a quarter of its UTF-8 bytes, as tokenizers of today average on English. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) * tokensPerByte);
}

/** A count no byte-level tokenizer exceeds: one token a byte. */
export function boundTokens(text: string): number {
  return Buffer.byteLength(text);
}
