import { z } from "zod";
import type { AnswerCounts, OptimizationRecord } from "../../contracts/run-record.ts";
import type { Spend } from "../../core/usage.ts";

const failedRows = z
  .object({ base: z.int(), optimized: z.int() })
  .describe("rows without an answer per side: by content (score 0) and by infrastructure (bounded)");

/** Scores of an optimization in `run --json`. */
export const scoresSchema = z.object({
  validation: z
    .object({
      base: z.number().describe("as measured; the estimate for a base that won against rewrites"),
      optimized: z.number().describe("estimate: the mean corrected for selecting the best of many"),
      rows: z.int(),
      failed: failedRows.optional(),
    })
    .optional(),
  test: z
    .object({
      base: z.number(),
      optimized: z.number(),
      difference: z.number().describe("over the rows answered on both sides"),
      interval: z
        .tuple([z.number(), z.number()])
        .describe("missing answers count against the candidate at the lower end and for it at the upper end"),
      confidence: z.number(),
      rows: z.int().describe("rows sent to both sides"),
      failed: failedRows.optional(),
    })
    .optional()
    .describe("on rows the search never saw; absent if not measured"),
  source: z
    .object({
      score: z.number(),
      parity: z.number(),
      interval: z.tuple([z.number(), z.number()]),
      prompt_version: z
        .int()
        .nullable()
        .describe("version of the source model's prompt; null for a template without a version"),
      failed: z.int().describe("rows without an answer of the source model"),
    })
    .optional(),
});

export function scoresOutput(scores: OptimizationRecord["scores"]): z.output<typeof scoresSchema> {
  return {
    ...(scores.validation === undefined ? {} : { validation: validationOutput(scores.validation) }),
    ...(scores.test === undefined
      ? {}
      : {
          test: {
            base: scores.test.base,
            optimized: scores.test.optimized,
            difference: scores.test.difference,
            interval: [...scores.test.interval],
            confidence: scores.test.confidence,
            rows: scores.test.rows,
            ...(scores.test.failed === undefined ? {} : { failed: { ...scores.test.failed } }),
          },
        }),
    ...(scores.source === undefined
      ? {}
      : {
          source: {
            score: scores.source.score,
            parity: scores.source.parity,
            interval: [...scores.source.interval],
            prompt_version: scores.source.promptVersion ?? null,
            failed: scores.source.failed ?? 0,
          },
        }),
  };
}

function validationOutput({
  base,
  optimized,
  rows,
  failed,
}: Required<OptimizationRecord["scores"]>["validation"]) {
  return { base, optimized, rows, ...(failed === undefined ? {} : { failed: { ...failed } }) };
}

/** Spend of one role in JSON output. */
export const spendSchema = z.object({
  calls: z.int().describe("billed attempts with an answer"),
  cached_calls: z.int().describe("answers from the shared cache"),
  lost_calls: z.int().describe("attempts without an answer; their tokens are estimates"),
  retries: z.int().describe("attempts after the first of a request"),
  estimated: z.boolean().describe("true if some tokens are estimated"),
  input_tokens: z.int(),
  output_tokens: z.int(),
  usd: z.number().nullable().describe("null if a price is unknown"),
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

/** Unusable answers, each request counted once. */
export const answersSchema = z.object({
  empty: z.int(),
  refusal: z.int(),
  cut_off: z.int(),
  filtered: z.int(),
  failed: z.int().describe("no answer after all attempts"),
});

export function answersOutput(counts: AnswerCounts): z.output<typeof answersSchema> {
  const { empty, refusal, cutOff, filtered, failed } = counts;
  return { empty, refusal, cut_off: cutOff, filtered, failed };
}
