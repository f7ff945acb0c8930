import { z } from "zod";

/** Output of `doctor --json`. */
export const doctorOutputSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      warning: z.literal(true).optional().describe("set if a check passes with a warning"),
      message: z.string(),
      hint: z.string().nullable(),
    }),
  ),
});

export type Check = z.infer<typeof doctorOutputSchema>["checks"][number];
