import { z } from "zod";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";

// Share of the remaining budget; the rest is for comparing sets.
const mostOfBudget = 0.2;

/** Number of train rows to run first; 0 if the budget does not cover one set and its validation. */
export function bootstrapSize(wanted: number, rolloutsLeft: number, validationRows: number): number {
  const spare = Math.max(0, rolloutsLeft - validationRows);
  return Math.min(wanted, Math.floor(Math.min(spare, rolloutsLeft * mostOfBudget)));
}

/** Options shared by all engines that use demonstrations. */
export const demonstrationOptions = {
  bootstrap_rows: z
    .int()
    .min(0)
    .default(40)
    .describe(
      "Train rows that the prompt runs on first; right answers are shown, wrong ones are replaced by the expected answer",
    ),
  own_score: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("Minimum score for showing the model's own answer; below it, the expected answer is shown"),
  max_field_characters: z
    .int()
    .min(100)
    .default(2000)
    .describe("Rows with a longer input or answer are not shown"),
};

export type DemonstrationOptions = z.output<z.ZodObject<typeof demonstrationOptions>>;

/** Assumes that sets hold a quarter, a half, or all of the allowed demonstrations. */
export function estimateShownRows(
  { max_demonstrations: most }: { readonly max_demonstrations: number },
  { trainRows }: Pick<SearchSize, "trainRows">,
): Estimate {
  const shown = (share: number) => Math.min(trainRows, Math.round(most * share));
  return { low: shown(1 / 4), likely: shown(1 / 2), high: shown(1) };
}
