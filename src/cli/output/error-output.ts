import { z } from "zod";
import { ConfigError, DatasetError, isDaoOptError } from "../../core/errors.ts";

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

export type ErrorOutput = z.infer<typeof errorOutputSchema>;

/** An error as `--json` tells it; one outside the family is a `bug`. */
export function errorOutput(error: unknown): ErrorOutput {
  if (!isDaoOptError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: "bug", message, hint: "please report it; --debug shows its stack", issues: [] } };
  }
  const { code, message, hint } = error;
  return { error: { code, message, hint: hint ?? null, issues: issuesOf(error) } };
}

function issuesOf(error: unknown): ErrorOutput["error"]["issues"] {
  if (error instanceof ConfigError) {
    return error.issues.map(({ file, line, column, path, message, hint }) => ({
      file,
      line: line ?? null,
      column: column ?? null,
      path,
      message,
      hint: hint ?? null,
    }));
  }
  if (error instanceof DatasetError) {
    return error.problems.map(({ file, line, message }) => ({ file, line: line ?? null, message }));
  }
  return [];
}
