import { z } from "zod";
import { endingErrorSchema, endingSchema } from "../../output/ending-output.ts";
import { answersSchema, spendSchema } from "../../output/spend-output.ts";

const evaluation = z.object({
  optimization: z.string(),
  dataset: z.string(),
  split: z.enum(["all", "train", "validation", "test"]),
  rows: z.int(),
  results: z.array(
    z.object({
      ref: z.string().describe("base, source, or the URI of a version"),
      version: z.int().nullable().describe("version in the registry; null for a template in the config"),
      model: z.string(),
      score: z.number().nullable().describe("null without scored rows"),
      interval: z.tuple([z.number(), z.number()]).nullable(),
      rows: z.int().describe("rows with a score"),
      failed: z.int().describe("rows with infrastructure failures; excluded from the score"),
      answers: answersSchema,
      notes: z.array(z.string()).describe("number of missing answers and their likely cause"),
      seconds: z.number(),
      usage: spendSchema,
      usd_per_call: z
        .number()
        .nullable()
        .describe("mean cost of the model's calls, as first measured; null if a price is unknown"),
      latency_ms: z.number().nullable().describe("mean, as first measured; null without an answer"),
    }),
  ),
});

/** Output of `eval --json`: the first optimization's fields, and all of them under `evaluations`. */
export const evalOutputSchema = evaluation.extend({
  status: endingSchema,
  exit_code: z.int(),
  offline: z.boolean(),
  error: endingErrorSchema.describe(
    "error that stopped the evaluation; the figures cover the rows before it",
  ),
  evaluations: z.array(evaluation),
});

export type EvalOutput = z.infer<typeof evalOutputSchema>;
export type EvaluationOutput = z.infer<typeof evaluation>;
