import { z } from "zod";
import type { SkippedAnswers } from "../../collect/skipped-answers.ts";
import { ConfigError, DatasetError, isDaoOptError } from "../../core/errors.ts";

/** Calls that made no row, by what their answers were. */
export const skippedSchema = z
  .object({
    failed: z.int().describe("no whole answer came"),
    empty: z.int(),
    refusal: z.int(),
    cut_off: z.int().describe("ended by the length limit, or inside the thinking"),
    filtered: z.int().describe("withheld by a content filter"),
  })
  .describe("calls without a usable answer that nobody corrected, by the reason");

export function skippedOutput(skipped: Readonly<SkippedAnswers>): z.output<typeof skippedSchema> {
  return { ...skipped };
}

/** A mistake or a warning with its place, as `validate --json` gives them. */
export const noticeOutputSchema = z.object({
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  path: z.string().describe("dotted path in the config; empty where none is meant"),
  message: z.string(),
  hint: z.string().nullable(),
});

export type NoticeOutput = z.infer<typeof noticeOutputSchema>;

const placed = /^(?<file>\S.*?):(?<line>\d+):(?<column>\d+) {2}(?:(?<path>[^\s:]+): )?(?<rest>.*)$/s;

/** A warning as it is printed (`config.yaml:4:7  prompts.x: message; hint`) by its parts. */
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
