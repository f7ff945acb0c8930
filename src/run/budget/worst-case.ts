import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import { boundTokens, costUsd } from "../../core/usage.ts";
import { type Amount, nothing, times } from "./amount.ts";

// A tokenizer adds a few marks for each message and for the reply's start.
const overheadTokens = 64;
// Bytes an answer of so many tokens may have: long tokens are words of a dozen letters.
const bytesPerToken = 12;

/** Output tokens a call may take: the model's own `max_tokens`, else the cap the plan puts on it. */
export const defaultOutputCap = 4096;

export function outputCapOf(spec: ModelSpec): number {
  const own = spec.parameters.maxTokens;
  return own === undefined || own < 1 ? defaultOutputCap : own;
}

/** The most one call with these texts may cost. */
export function worstCall(spec: ModelSpec, inputTexts: readonly string[], extraInputTokens = 0): Amount {
  const inputTokens =
    inputTexts.reduce((sum, text) => sum + boundTokens(text), overheadTokens) + extraInputTokens;
  const outputTokens = outputCapOf(spec);
  return {
    calls: 1,
    tokens: inputTokens + outputTokens,
    usd: costUsd({ inputTokens, outputTokens }, spec.price) ?? 0,
  };
}

/** The most a scorer's judge may cost on one answer of the target. */
export function worstJudging(
  scorer: Scorer,
  judge: ModelSpec,
  exampleText: string,
  target: ModelSpec,
): Amount {
  const { most } = scorer.judgeCalls;
  if (most === 0) return nothing;
  const answerTokens = outputCapOf(target) * bytesPerToken;
  // A retry shows the judge its own unreadable reply.
  const replyTokens = outputCapOf(judge) * bytesPerToken;
  const one = worstCall(
    judge,
    [exampleText],
    answerTokens + replyTokens + (scorer.judgeOverheadTokens ?? 4000),
  );
  return times(one, most);
}
