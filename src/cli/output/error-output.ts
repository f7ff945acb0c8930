import { z } from "zod";
import type { SkippedAnswers } from "../../collect/skipped-answers.ts";
import { ConfigError, DatasetError, isDaoOptError } from "../../core/errors.ts";

/** Counts of calls without a usable answer, by kind. */
export const skippedSchema = z
  .object({
    failed: z.int().describe("no complete answer"),
    empty: z.int(),
    refusal: z.int(),
    cut_off: z.int().describe("ended by the length limit, or inside the thinking"),
    filtered: z.int().describe("withheld by a content filter"),
  })
  .describe("uncorrected calls without a usable answer, by cause");

export function skippedOutput(skipped: Readonly<SkippedAnswers>): z.output<typeof skippedSchema> {
  return { ...skipped };
}

/** An issue or warning with its place, in `validate --json`. */
export const noticeOutputSchema = z.object({
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  path: z.string().describe("dotted path in the config; empty if none"),
  message: z.string(),
  hint: z.string().nullable(),
});

export type NoticeOutput = z.infer<typeof noticeOutputSchema>;

const placed = /^(?<file>\S.*?):(?<line>\d+):(?<column>\d+) {2}(?:(?<path>[^\s:]+): )?(?<rest>.*)$/s;

/** Splits a printed warning (`config.yaml:4:7  prompts.x: message; hint`) into its parts. */
export function noticeOutput(text: string): NoticeOutput {
  const { file, line, column, path, rest = text } = placed.exec(text)?.groups ?? {};
  const end = rest.indexOf("; ");
  return {
    file: file ?? null,
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    path: path ?? "",
    message: end < 0 ? rest : rest.slice(0, end),
    hint: end < 0 ? null : rest.slice(end + 2),
  };
}

/** Output of any failed command under `--json`. */
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

/** The JSON form of an error. Errors other than DaoOptError have the code `bug`. */
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
