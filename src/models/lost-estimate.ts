import type { Completion, CompletionRequest } from "../contracts/language-model.ts";
import type { ModelParameters } from "../core/prompt.ts";
import type { TokenUsage } from "../core/usage.ts";
import { estimatedUsage } from "./estimated-usage.ts";

/** What an attempt of one model is booked at when it is never answered. */
export interface LostEstimate {
  /** An answer came: its length counts for the estimates after it. */
  note(completion: Completion): void;
  /**
   * The input is counted; the output is what 95 of 100 answers so far stay under, or the request's limit
   * while fewer than ten are known.
   */
  of(request: CompletionRequest): TokenUsage;
}

/** Answers looked back at. */
const window = 128;
const fewestAnswers = 10;
const quantile = 0.95;
/** Stands in while there is neither a limit nor an answer. */
const usualOutputTokens = 256;

export function createLostEstimate(own: Pick<ModelParameters, "maxTokens">): LostEstimate {
  const lengths: number[] = [];
  let answers = 0;
  let upper = 0;
  let isStale = false;
  const learned = (): number | undefined => {
    if (answers < fewestAnswers) return undefined;
    if (isStale) upper = upperOf(lengths);
    isStale = false;
    return upper;
  };
  return {
    note({ usage }) {
      lengths[answers % window] = usage.outputTokens;
      // Sorting for every call would cost more than the rest of it.
      isStale ||= answers < window ? answers % 8 === 1 : answers % 32 === 0;
      answers++;
    },
    of({ messages, parameters }) {
      const limit = parameters?.maxTokens ?? own.maxTokens;
      const output = learned() ?? limit ?? usualOutputTokens;
      const { inputTokens } = estimatedUsage(messages, "");
      return { inputTokens, outputTokens: Math.min(output, limit ?? output) };
    },
  };
}

function upperOf(lengths: readonly number[]): number {
  const sorted = [...lengths].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * quantile) - 1)] ?? 0;
}
