import { z } from "zod";
import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";

// Most of what is left, so that the sets can still be compared.
const mostOfBudget = 0.2;

/** Train rows to run at first: none where the budget does not even pay for one set and its validation. */
export function bootstrapSize(wanted: number, rolloutsLeft: number, validationRows: number): number {
  const spare = Math.max(0, rolloutsLeft - validationRows);
  return Math.min(wanted, Math.floor(Math.min(spare, rolloutsLeft * mostOfBudget)));
}

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

/** Sets of a quarter, of a half, and of as many demonstrations as are allowed are tried. */
export function estimateShownRows(
  { max_demonstrations: most }: { readonly max_demonstrations: number },
  { trainRows }: Pick<SearchSize, "trainRows">,
): Estimate {
  const shown = (share: number) => Math.min(trainRows, Math.round(most * share));
  return { low: shown(1 / 4), likely: shown(1 / 2), high: shown(1) };
}
