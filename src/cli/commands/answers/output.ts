import { z } from "zod";

/** Output of `answers status --json`. */
export const answersStatusOutputSchema = z.object({
  database: z.string().describe("address without user and password"),
  schema_version: z.int(),
  answers: z.int(),
  outdated: z.int().describe("answers that only other versions of dao-opt use"),
  bytes: z.int().describe("size of the table with its indexes"),
  oldest: z.string().nullable(),
  newest: z.string().nullable(),
  claims: z.int().describe("questions that runs are asking now"),
});

/** Output of `answers prune --json`. */
export const answersPruneOutputSchema = z.object({
  database: z.string().describe("address without user and password"),
  dry_run: z.boolean(),
  deleted: z.int().describe("with --dry-run: answers that would be deleted"),
  left: z.int(),
});
