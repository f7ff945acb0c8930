import { z } from "zod";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { Spend } from "../../core/usage.ts";

/** Spend of one role, as every command's JSON has it. */
export const spendSchema = z.object({
  calls: z.int().describe("billed attempts that were answered"),
  cached_calls: z.int().describe("answers out of the cache shared by runs"),
  lost_calls: z.int().describe("attempts that were sent and never answered; their tokens are estimates"),
  retries: z.int().describe("attempts after the first of a request"),
  estimated: z.boolean().describe("a part of the tokens is an estimate"),
  input_tokens: z.int(),
  output_tokens: z.int(),
  usd: z.number().nullable().describe("null when a price is unknown"),
});

export function spendOutput(value: Spend): z.output<typeof spendSchema> {
  return {
    calls: value.calls,
    cached_calls: value.cachedCalls,
    lost_calls: value.lostCalls,
    retries: value.retries,
    estimated: value.isEstimated,
    input_tokens: value.inputTokens,
    output_tokens: value.outputTokens,
    usd: value.usd,
  };
}

/** Answers that were no answers, each request once. */
export const answersSchema = z.object({
  empty: z.int(),
  refusal: z.int(),
  cut_off: z.int(),
  filtered: z.int(),
  failed: z.int().describe("no answer came after all attempts"),
});

export function answersOutput(counts: AnswerCounts): z.output<typeof answersSchema> {
  const { empty, refusal, cutOff, filtered, failed } = counts;
  return { empty, refusal, cut_off: cutOff, filtered, failed };
}
