import { z } from "zod";

/** What any command prints under `--json` when it fails. */
export const errorOutputSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    issues: z.array(
      z.object({
        file: z.string(),
        line: z.int().nullable(),
        column: z.int().nullable().optional(),
        path: z.string().optional(),
        message: z.string(),
        hint: z.string().nullable().optional(),
      }),
    ),
  }),
});
