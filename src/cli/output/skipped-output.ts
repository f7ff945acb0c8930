import { z } from "zod";
import type { SkippedAnswers } from "../../collect/skipped-answers.ts";

/** Calls that made no row, by what their answers were. */
export const skippedSchema = z
  .object({
    failed: z.int().describe("no whole answer came"),
    empty: z.int(),
    refusal: z.int(),
    cut_off: z.int().describe("ended by the length limit, or inside the thinking"),
    filtered: z.int().describe("withheld by a content filter"),
  })
  .describe("calls without a usable answer that nobody corrected, by the reason");

export function skippedOutput(skipped: Readonly<SkippedAnswers>): z.output<typeof skippedSchema> {
  return { ...skipped };
}
