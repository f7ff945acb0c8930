import { z } from "zod";
import { type ChosenColumns, describeColumns } from "../../datasets/rows/row-reader.ts";

/** What the columns of a table became, as printed by commands that read tables. */
export const chosenColumnsSchema = z.object({
  variables: z.array(z.string()).describe("at most 30"),
  expected: z.string().nullable().describe("column with the expected answer"),
  output: z.string().nullable().describe("column with the recorded answer"),
  suspects: z.array(z.string()).describe("variables with the name of an answer"),
  is_chosen: z.boolean().describe("false if --inputs or --expected name the columns"),
});

type ChosenColumnsOutput = z.infer<typeof chosenColumnsSchema>;

export function chosenColumnsOutput(columns: ChosenColumns | null | undefined): ChosenColumnsOutput | null {
  if (columns === null || columns === undefined) return null;
  const { variables, suspects, isChosen, expected, output } = columns;
  return { variables: [...variables], expected, output, suspects: [...suspects], is_chosen: isChosen };
}

/** The note about the columns of a file; undefined if there is nothing to note. */
export function columnsNote(file: string, columns: ChosenColumnsOutput | null): string | undefined {
  if (columns === null) return undefined;
  const { is_chosen: isChosen, ...rest } = columns;
  return describeColumns(
    file,
    { ...rest, isChosen },
    { inputs: "--inputs variable=column", expected: "--expected column" },
  );
}
