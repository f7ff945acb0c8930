import { z } from "zod";

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
