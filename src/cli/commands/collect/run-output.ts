import { z } from "zod";
import type { CollectionResult } from "../../../collect/run/collect-answers.ts";
import { exitCodeOf, exitDone } from "../../exit-codes.ts";
import { errorOutput } from "../../output/error-output.ts";
import { skippedOutput, skippedSchema } from "../../output/skipped-output.ts";
import { spendOutput, spendSchema } from "../../output/spend-output.ts";

/** What `collect CONFIG --json` prints. */
export const collectOutputSchema = z.object({
  dataset: z.string(),
  file: z.string().describe("of the dataset"),
  prompt: z.string().nullable().describe("path of the prompt; null for an application with several"),
  model: z.string(),
  agent: z.string().nullable(),
  status: z.enum(["completed", "interrupted", "failed"]),
  exit_code: z.int(),
  rows: z.int(),
  answered: z.int().describe("rows with a usable answer now"),
  failed: z.int(),
  skipped: skippedSchema,
  resumed: z.int().describe("answers taken from the traces of an earlier collection"),
  merged: z.object({
    added: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    rows: z.int().describe("in the dataset now"),
  }),
  traces: z.object({ recorded: z.int(), lost: z.int() }),
  usage: spendSchema,
  seconds: z.number(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
});

export type CollectOutput = z.infer<typeof collectOutputSchema>;

export function collectOutput(
  result: CollectionResult,
  about: Pick<CollectOutput, "dataset" | "file" | "prompt" | "agent">,
): CollectOutput {
  const { error } = result;
  const told = error === undefined ? undefined : errorOutput(error).error;
  return {
    ...about,
    model: result.model,
    status: error === undefined ? "completed" : error.code === "interrupted" ? "interrupted" : "failed",
    exit_code: error === undefined ? exitDone : exitCodeOf(error),
    rows: result.rows,
    answered: result.answered,
    failed: result.failed,
    skipped: skippedOutput(result.skipped),
    resumed: result.resumed,
    merged: { ...result.merged },
    traces: { recorded: result.recorded, lost: result.losses.count },
    usage: spendOutput(result.usage),
    seconds: result.seconds,
    error: told === undefined ? null : { code: told.code, message: told.message, hint: told.hint },
  };
}
