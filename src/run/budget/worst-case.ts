import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { boundTokens, costUsd } from "../../core/usage.ts";
import { outputLimitOf } from "../../models/limits/known-models.ts";
import { type Amount, largest, nothing, times } from "./amount.ts";
import type { ModelChain } from "./model-chain.ts";

// A tokenizer adds a few marks for each message and for the reply's start.
const overheadTokens = 64;
// The judge's tokenizer may cut an answer finer than that of the model that gave it. What is above it in spite of that
// is noticed before the judge is asked.
const judgeTokensPerToken = 2;

/** Output tokens a call of the model may take. */
export function outputCapOf(spec: ModelSpec, given?: ModelParameters): number {
  return outputLimitOf(spec, given);
}

/** The most one call with these texts may cost, whoever answers it; `maxOutputTokens` in place of each one's limit. */
export function worstCall(
  modelChain: ModelChain,
  inputTexts: readonly string[],
  extraInputTokens = 0,
  maxOutputTokens?: number,
): Amount {
  const inputTokens =
    inputTexts.reduce((sum, text) => sum + boundTokens(text), overheadTokens) + extraInputTokens;
  return modelChain
    .map((spec): Amount => {
      const outputTokens = maxOutputTokens ?? outputCapOf(spec);
      return {
        calls: 1,
        tokens: inputTokens + outputTokens,
        usd: costUsd({ inputTokens, outputTokens }, spec.price) ?? 0,
      };
    })
    .reduce(largest);
}

/** The most a scorer's judge may cost on one answer of the target, to a row of at most so many tokens. */
export function worstJudging(
  scorer: Pick<Scorer, "judgeCalls" | "judgeOverheadTokens">,
  judge: ModelChain,
  rowTokens: number,
  target: ModelChain,
): Amount {
  const { most } = scorer.judgeCalls;
  if (most === 0) return nothing;
  const longest = (specs: ModelChain) =>
    Math.max(...specs.map((spec) => outputCapOf(spec))) * judgeTokensPerToken;
  // A retry shows the judge its own unreadable reply.
  const extraTokens = longest(target) + longest(judge) + (scorer.judgeOverheadTokens ?? 4000);
  return times(worstCall(judge, [], rowTokens + extraTokens), most);
}
