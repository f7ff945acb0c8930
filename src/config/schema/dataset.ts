import { z } from "zod";
import { jsonObject, name, share, withoutEffect } from "./fields.ts";

export const ignoredDatasetKeys = ["overwrite", "schema"] as const;

const part = (what: string) => z.union([share(), name()]).optional().describe(what);

const split = z
  .strictObject({
    train: part("share of the rows the engine learns from, 0 to 1; or a file"),
    validation: part("share of the rows candidates are chosen on, 0 to 1; or a file"),
    test: part("share of the rows held back for the gate, 0 to 1; or a file; default: what is left"),
    seed: z.int().default(42).describe("seed of the shuffle"),
    by: name().optional().describe("column; rows with the same value stay on one side"),
  })
  .describe("how rows are dealt out; default: 0.4, 0.3, 0.3, and 0.3, 0.2, 0.5 under 100 rows");

/** An entry of `datasets`, as written. */
export const datasetSchema = z
  .strictObject({
    name: name()
      .optional()
      .describe("another name for it; alone, the name of a dataset collected earlier; default: its key"),
    description: z.string().optional().describe("for readers"),
    path: name().optional().describe("data file, relative to this one: .jsonl .json .csv .tsv .yaml"),
    data: z.array(jsonObject()).optional().describe("rows written here, in place of a file"),
    inputs: z
      .record(z.string(), name())
      .optional()
      .describe("variable of the template → column (dotted when nested); default: the row's `inputs`"),
    expected: name()
      .optional()
      .describe("column of the expected answer; default: expectations.expected_response, else `outputs`"),
    split: split.optional(),
    ...withoutEffect(ignoredDatasetKeys),
  })
  .meta({ id: "dataset", description: "rows to learn from and to measure on" });

export type WrittenDataset = z.output<typeof datasetSchema>;
export type WrittenSplit = z.output<typeof split>;
