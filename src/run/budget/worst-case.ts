import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import { boundTokens, costUsd } from "../../core/usage.ts";
import { type Amount, largest, nothing, times } from "./amount.ts";
import type { Answerers } from "./answerers.ts";

// A tokenizer adds a few marks for each message and for the reply's start.
const overheadTokens = 64;
// Bytes an answer of so many tokens may have: long tokens are words of a dozen letters.
const bytesPerToken = 12;

/** Output tokens a call may take where its model has no `max_tokens`; under a budget the plan sends it along. */
export const defaultOutputCap = 4096;

export function outputCapOf(spec: ModelSpec): number {
  const own = spec.parameters.maxTokens;
  return own === undefined || own < 1 ? defaultOutputCap : own;
}

/** The most one call with these texts may cost, whoever answers it. */
export function worstCall(answerers: Answerers, inputTexts: readonly string[], extraInputTokens = 0): Amount {
  const inputTokens =
    inputTexts.reduce((sum, text) => sum + boundTokens(text), overheadTokens) + extraInputTokens;
  return answerers
    .map((spec): Amount => {
      const outputTokens = outputCapOf(spec);
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
  judge: Answerers,
  rowTokens: number,
  target: Answerers,
): Amount {
  const { most } = scorer.judgeCalls;
  if (most === 0) return nothing;
  const longest = (specs: Answerers) => Math.max(...specs.map(outputCapOf)) * bytesPerToken;
  // A retry shows the judge its own unreadable reply.
  const extraTokens = longest(target) + longest(judge) + (scorer.judgeOverheadTokens ?? 4000);
  return times(worstCall(judge, [], rowTokens + extraTokens), most);
}
