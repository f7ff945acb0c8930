import { z } from "zod";
import { rewriteOption } from "../request/rewrite-option.ts";

export const metapromptOptions = z.strictObject({
  examples: z
    .int()
    .min(0)
    .max(50)
    .default(6)
    .describe("Train rows shown to each rewrite, failures first; 0 rewrites by guidelines only"),
  guidelines: z
    .array(z.string().min(1))
    .default([])
    .describe("Your own guidelines, added to the built-in ones"),
  rewrite: rewriteOption,
  max_field_characters: z
    .int()
    .min(100)
    .default(2000)
    .describe("Longest field of an example in a reflection; longer ones lose their middle"),
});

export type MetapromptOptions = z.output<typeof metapromptOptions>;
