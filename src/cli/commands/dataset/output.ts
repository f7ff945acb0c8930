import { z } from "zod";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import {
  type DatasetStats,
  statsWarnings,
  type TextLengths,
} from "../../../datasets/manage/dataset-stats.ts";
import type { Leaks } from "../../../datasets/manage/leak-watch.ts";
import type { RowCensus } from "../../../datasets/manage/validate-rows.ts";
import { sourceJson } from "../../../datasets/store/record-json.ts";
import { chosenColumnsSchema } from "../../output/chosen-columns.ts";

const mostLabels = 100;

const lengths = z
  .object({ least: z.number(), median: z.number(), mean: z.number(), p95: z.number(), most: z.number() })
  .describe("text lengths");
const textLengths = z.object({ characters: lengths, tokens: lengths }).nullable();
const leaks = z.object({
  count: z.int(),
  examples: z.array(z.object({ what: z.string(), parts: z.tuple([z.string(), z.string()]) })),
});
const object = z.record(z.string(), z.json());

/** `dataset list --json` */
export const datasetListOutputSchema = z.array(
  z.object({ name: z.string(), rows: z.int(), bytes: z.int(), updated_at: z.string(), path: z.string() }),
);

/** `dataset show --json` */
export const datasetShowOutputSchema = z.object({
  name: z.string(),
  path: z.string(),
  rows: z.array(
    z.object({
      id: z.string().describe("first 16 hex digits of the SHA-256 of the inputs; runs use it too"),
      line: z.int().nullable(),
      inputs: object,
      outputs: z.json().nullable(),
      expectations: object,
      tags: object,
      source: object.nullable(),
      other: object.describe("other fields"),
    }),
  ),
});

/** `dataset stats --json` */
export const datasetStatsOutputSchema = z.object({
  datasets: z.array(z.string()),
  rows: z.int(),
  distinct_inputs: z.int(),
  answers: z
    .object({ expected: z.int(), facts: z.int(), output: z.int(), none: z.int() })
    .describe("rows by reference: expected answer, facts, recorded output or none"),
  distinct_answers: z.int().nullable().describe("null if there are too many or too long values for labels"),
  labels: z.array(z.object({ label: z.string(), rows: z.int() })),
  inputs: textLengths,
  outputs: textLengths,
  near_duplicates: z.object({ share: z.number(), sample: z.int() }),
  parts: z.array(z.object({ name: z.string(), rows: z.int() })),
  leaks,
  group_leaks: leaks.nullable(),
  warnings: z.array(z.string()),
});

/** `dataset merge --json` */
export const datasetMergeOutputSchema = z.object({
  name: z.string(),
  path: z.string(),
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rows: z.int().describe("in the dataset now"),
  left_out: z.int().describe("by --min-rating"),
  files: z
    .array(
      z.object({
        name: z.string(),
        notes: z
          .array(z.string())
          .describe("how the file was read: its encoding, delimiter, sheet or splits"),
        columns: chosenColumnsSchema.nullable().describe("null if each row names its inputs"),
      }),
    )
    .describe("the sources"),
});

/** `dataset split --json` */
export const datasetSplitOutputSchema = z.object({
  name: z.string(),
  rows: z.int(),
  seed: z.int(),
  by: z.string().nullable(),
  parts: z.array(
    z.object({ part: z.enum(["train", "validation", "test"]), rows: z.int(), path: z.string() }),
  ),
  unused: z.int(),
});

/** `dataset export --json` */
export const datasetExportOutputSchema = z.union([
  z.object({ name: z.string(), format: z.string(), path: z.string(), rows: z.int() }),
  z
    .object({
      name: z.string(),
      format: z.literal("mlflow"),
      rows: z.int(),
      mlflow: z.object({
        address: z.string(),
        dataset_id: z.string(),
        name: z.string(),
        created: z.boolean(),
        inserted: z.int(),
        updated: z.int(),
      }),
    })
    .describe("with --to"),
]);

/** `dataset validate --json` */
export const datasetValidateOutputSchema = z.object({
  problems: z.array(z.object({ file: z.string(), line: z.int().nullable(), message: z.string() })),
  name: z.string(),
  path: z.string(),
  ok: z.boolean(),
  rows: z.int(),
  bad_rows: z.int(),
  repeated_inputs: z.int().describe("usable rows that repeat the inputs of an earlier row"),
});

export type DatasetListOutput = z.infer<typeof datasetListOutputSchema>;
export type DatasetShowOutput = z.infer<typeof datasetShowOutputSchema>;
export type DatasetStatsOutput = z.infer<typeof datasetStatsOutputSchema>;
export type DatasetMergeOutput = z.infer<typeof datasetMergeOutputSchema>;
export type DatasetSplitOutput = z.infer<typeof datasetSplitOutputSchema>;
export type DatasetExportOutput = z.infer<typeof datasetExportOutputSchema>;

export function showRow(
  record: DatasetRecord,
  id: string,
  line: number | undefined,
): DatasetShowOutput["rows"][number] {
  const { inputs, outputs, expectations, tags, source, other } = record;
  return mutable({
    id,
    line: line ?? null,
    inputs,
    outputs: outputs ?? null,
    expectations: expectations ?? {},
    tags: tags ?? {},
    source: source === undefined ? null : sourceJson(source),
    other: other ?? {},
  });
}

export function statsOutput(datasets: readonly string[], stats: DatasetStats): DatasetStatsOutput {
  return {
    datasets: [...datasets],
    rows: stats.rows,
    distinct_inputs: stats.distinct,
    answers: { ...stats.answers },
    distinct_answers: stats.balance.distinct,
    labels: stats.balance.labels.slice(0, mostLabels).map((one) => ({ ...one })),
    inputs: lengthsOutput(stats.inputs),
    outputs: lengthsOutput(stats.outputs),
    near_duplicates: { ...stats.nearDuplicates },
    parts: stats.parts.map((part) => ({ ...part })),
    leaks: leaksOutput(stats.leaks),
    group_leaks: stats.groupLeaks === undefined ? null : leaksOutput(stats.groupLeaks),
    warnings: [...statsWarnings(stats)],
  };
}

export function validateSummary(name: string, path: string, { rows, bad, repeated }: RowCensus) {
  return { name, path, ok: bad === 0, rows, bad_rows: bad, repeated_inputs: repeated };
}

function lengthsOutput(measured: TextLengths | undefined): DatasetStatsOutput["inputs"] {
  if (measured === undefined) return null;
  return { characters: { ...measured.characters }, tokens: { ...measured.tokens } };
}

function leaksOutput({ count, examples }: Leaks): DatasetStatsOutput["leaks"] {
  return {
    count,
    examples: examples.map(({ what, parts: [one, other] }) => ({ what, parts: [one, other] })),
  };
}

/** Contract types are readonly; zod types are not. */
function mutable(row: object): DatasetShowOutput["rows"][number] {
  return JSON.parse(JSON.stringify(row));
}
