/** Tokens of one or more answers. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens` that the provider served from its own prompt cache. */
  readonly cachedInputTokens?: number;
  /** Part of `inputTokens` that the provider wrote to its own prompt cache. */
  readonly cacheWriteTokens?: number;
  /** Part of `outputTokens` spent on hidden reasoning. */
  readonly reasoningTokens?: number;
}

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  /** Of input tokens that are written to the provider's prompt cache; default: `input`. */
  readonly cacheWrite?: number;
}

/** USD for these tokens; null if the price is unknown. */
export function costUsd(usage: TokenUsage, price: Price | undefined): number | null {
  if (price === undefined) return null;
  const { input, cachedInput = input, cacheWrite = input, output } = price;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached);
  const fresh = usage.inputTokens - cached - written;
  const inputUsd = fresh * input + cached * cachedInput + written * cacheWrite;
  return (inputUsd + usage.outputTokens * output) / 1e6;
}

/** The purpose of a call. */
export type CallRole = "target" | "reflection" | "judge" | "source";

/** Spend of one role. `usd` is null if any call had no price. */
export interface Spend {
  /** Billed attempts with a response; lost attempts are counted separately. */
  readonly calls: number;
  /** Answers from the cache shared by runs, which cost nothing; not part of `calls`. */
  readonly cachedCalls: number;
  /** Attempts that were sent without a response; their tokens are estimates. */
  readonly lostCalls: number;
  /** Attempts after the first one of a request. */
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number | null;
  /** Whether some of the tokens are estimates. */
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

/** Rough token count of a text: a quarter of its UTF-8 bytes, the average of current tokenizers on English. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) * tokensPerByte);
}

/** An upper bound of the token count of any byte-level tokenizer: one token per byte. */
export function boundTokens(text: string): number {
  return Buffer.byteLength(text);
}
