import { z } from "zod";
import { demonstrationOptions } from "../demonstrations/demonstration-options.ts";

export const fewShotOptions = z.strictObject({
  max_demonstrations: z
    .int()
    .min(1)
    .max(200)
    .default(16)
    .describe("Maximum number of demonstrations in one text; sets of half and a quarter of it are tried too"),
  ...demonstrationOptions,
  block_size: z
    .int()
    .min(1)
    .default(8)
    .describe("Validation rows that every set of a step runs before the worse half is dropped"),
  error_level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe("Chance that a set that is no better is accepted"),
});

export type FewShotOptions = z.output<typeof fewShotOptions>;

/** Validation rows that every set of a step runs before any set is dropped. */
export function firstRaceRows({ block_size }: FewShotOptions, validationRows: number): number {
  return Math.max(block_size, Math.ceil(validationRows / 8));
}
