import { z } from "zod";

/** Options that all engines with demonstrations have. */
export const demonstrationOptions = {
  bootstrap_rows: z
    .int()
    .min(0)
    .default(40)
    .describe(
      "Train rows the prompt is run on at first: right answers are shown as they are, wrong ones as expected",
    ),
  own_score: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("Least score of an answer of the model's own to be shown; below it, the expected answer is"),
  max_field_characters: z
    .int()
    .min(100)
    .default(2000)
    .describe("Rows with a longer input or answer are not shown"),
};

export type DemonstrationOptions = z.output<z.ZodObject<typeof demonstrationOptions>>;
