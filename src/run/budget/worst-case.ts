import type { CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import { messageText } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";
import { boundTokens, costUsd, type Price } from "../../core/usage.ts";
import { outputLimitOf } from "../../models/limits/known-models.ts";
import { type Amount, largest, nothing, times } from "./amount.ts";

// Tokenizers add a few tokens for each message and the start of the reply.
const overheadTokens = 64;
// The judge's tokenizer may split an answer into more tokens than the target's. Larger ratios are caught
// before the judge is called.
const judgeTokensPerToken = 2;

/** Maximum output tokens of a call of the model. */
export function outputCapOf(spec: ModelSpec, given?: ModelParameters): number {
  return outputLimitOf(spec, given);
}

/**
 * The maximum cost of one call with these texts, whichever model answers; `maxOutputTokens` replaces each
 * model's limit.
 */
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
        usd:
          costUsd({ inputTokens, outputTokens, ...mostExpensive(inputTokens, spec.price) }, spec.price) ?? 0,
      };
    })
    .reduce(largest);
}

/** Writing to a prompt cache may cost more than reading the prompt without one. */
function mostExpensive(
  inputTokens: number,
  price: Price | undefined,
): { readonly cacheWriteTokens?: number } {
  const isDearer = price?.cacheWrite !== undefined && price.cacheWrite > price.input;
  return isDearer ? { cacheWriteTokens: inputTokens } : {};
}

/**
 * The maximum cost of a scorer's judge for one answer of the target, for a row with at most this many tokens.
 */
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

/** Models that may answer a call: the requested one, then its fallbacks. */
export type ModelChain = readonly [ModelSpec, ...ModelSpec[]];

export function modelChainOf(spec: ModelSpec, models: Readonly<Record<string, ModelSpec>>): ModelChain {
  return [spec, ...spec.fallbacks.flatMap((key) => models[key] ?? [])];
}

/**
 * Price of an answer; `answeredBy` is the model id of the fallback that gave it. If several providers offer
 * that id, the highest price, so that caps are never exceeded.
 */
export function priceOf([spec, ...fallbacks]: ModelChain, answeredBy: string | undefined): Price | undefined {
  if (answeredBy === undefined) return spec.price;
  const prices = fallbacks.filter(({ name }) => name === answeredBy).map(({ price }) => price);
  if (prices.includes(undefined)) return undefined;
  const sum = (price: Price | undefined) => (price === undefined ? 0 : price.input + price.output);
  return prices.sort((one, other) => sum(other) - sum(one))[0];
}

/** All texts of a request that a provider counts as input: messages, tools, the response format. */
export function requestTexts(
  { messages, parameters }: Pick<CompletionRequest, "messages" | "parameters">,
  own: ModelParameters = {},
): readonly string[] {
  const { tools, responseFormat } = { ...own, ...parameters };
  return [
    ...messages.map(messageText),
    ...messages.flatMap(({ toolCalls = [] }) => toolCalls.map((call) => JSON.stringify(call))),
    ...(tools === undefined || tools.length === 0 ? [] : [JSON.stringify(tools)]),
    ...(responseFormat === undefined ? [] : [JSON.stringify(responseFormat)]),
  ];
}
