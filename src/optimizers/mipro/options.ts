import { z } from "zod";
import { demonstrationOptions } from "../demonstrations/demonstration-options.ts";
import { rewriteOption } from "../request/rewrite-option.ts";

export const miproOptions = z.strictObject({
  max_demonstrations: z
    .int()
    .min(0)
    .max(200)
    .default(12)
    .describe("Maximum number of demonstrations in one text; 0 searches instructions only"),
  demonstration_sets: z
    .int()
    .min(1)
    .max(50)
    .default(4)
    .describe("Initial sets of demonstrations to choose from; each later step adds one"),
  trials: z
    .int()
    .min(1)
    .default(8)
    .describe("Combinations of instruction and demonstrations that a step tries, each on one minibatch"),
  minibatch_size: z.int().min(1).default(12).describe("Validation rows of a trial"),
  examples: z
    .int()
    .min(0)
    .max(50)
    .default(6)
    .describe("Train rows shown to a proposal of an instruction, failures first"),
  history: z
    .int()
    .min(0)
    .max(20)
    .default(5)
    .describe("Earlier instructions shown to a proposal, best first; 0 for none"),
  ...demonstrationOptions,
  error_level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe("Chance that a combination that is no better is accepted"),
  rewrite: rewriteOption,
});

export type MiproOptions = z.output<typeof miproOptions>;
