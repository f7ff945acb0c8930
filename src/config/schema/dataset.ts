import { z } from "zod";
import { ignoredDatasetKeys } from "../layout.ts";
import { jsonObject, name, share, withoutEffect } from "./fields.ts";

const part = (what: string) => z.union([share(), name()]).optional().describe(what);

const split = z
  .strictObject({
    train: part("share of rows for the engine to learn from, 0 to 1; or a file"),
    validation: part("share of rows for choosing candidates, 0 to 1; or a file"),
    test: part("share of rows held back for the gate, 0 to 1; or a file; default: the rest"),
    seed: z.int().default(42).describe("seed of the shuffle"),
    by: name().optional().describe("column name; rows with the same value stay in one part"),
  })
  .describe("how rows are split; default: 0.4, 0.3, 0.3, or 0.3, 0.2, 0.5 below 100 rows");

const mlflow = z
  .union([
    name(),
    z.strictObject({
      dataset_id: name().optional().describe("id of the dataset, d-…"),
      experiment: name()
        .optional()
        .describe("name of an experiment; its traces become rows without expected answers"),
      filter: name()
        .optional()
        .describe("which traces, as MLflow writes it: attributes.status = 'OK'; default: all"),
    }),
  ])
  .describe(
    "rows in MLflow instead of a file: the name of a dataset, {dataset_id: d-…}, or {experiment, filter} for traces",
  );

/** An entry of `datasets`, as written. */
export const datasetSchema = z
  .strictObject({
    name: name()
      .optional()
      .describe(
        "another name; without other keys, the name of a dataset collected earlier; default: the key",
      ),
    description: z.string().optional().describe("free text"),
    path: name()
      .optional()
      .describe("data file, relative to this file: JSON, JSON Lines, CSV, YAML, .xlsx or .parquet"),
    data: z.array(jsonObject()).optional().describe("inline rows instead of a file"),
    mlflow: mlflow.optional(),
    inputs: z
      .record(z.string(), name())
      .optional()
      .describe("template variable → column (dotted if nested); default: the row's `inputs`"),
    expected: name()
      .optional()
      .describe(
        "column of the expected answer; default: expectations.expected_response, else a column named answer, target …, else `outputs`",
      ),
    split: split.optional(),
    ...withoutEffect(ignoredDatasetKeys),
  })
  .meta({ id: "dataset", description: "rows to learn from and to measure on" });

export type WrittenDataset = z.output<typeof datasetSchema>;
export type WrittenSplit = z.output<typeof split>;
