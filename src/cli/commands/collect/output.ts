import { z } from "zod";
import type { ImportCounts } from "../../../collect/import/import-counts.ts";
import type { InferredTemplates } from "../../../collect/infer/infer-templates.ts";
import type { CollectionResult } from "../../../collect/run/collect-answers.ts";
import { toRecordJson } from "../../../run/record/record-json.ts";
import { exitCodeOf, exitDone } from "../../exit-codes.ts";
import { chosenColumnsOutput, chosenColumnsSchema } from "../../output/chosen-columns.ts";
import { endingErrorSchema } from "../../output/ending-output.ts";
import { errorOutput, skippedOutput, skippedSchema } from "../../output/error-output.ts";
import { spendOutput, spendSchema } from "../../output/spend-output.ts";

const template = z.union([z.string(), z.array(z.object({ role: z.string(), content: z.string() }))]);

/** Output of `collect import --json`. */
export const collectImportOutputSchema = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
      flat_columns: z
        .array(z.string())
        .describe("columns used as variables because neither `inputs` nor --inputs and --expected name them"),
      columns: chosenColumnsSchema.nullable().describe("null if each row names its inputs, and for traces"),
      notes: z.array(z.string()).describe("how the file was read: its encoding, delimiter, sheet or splits"),
      traces: z.int(),
      rows: z.int(),
      problems: z.int(),
    }),
  ),
  traces: z.object({
    read: z.int(),
    added: z.int(),
    known: z.int().describe("already in the store"),
    amended: z.int().describe("known traces whose template and variables were recovered now"),
    lost: z.int().describe("read but not stored because of a disk error"),
  }),
  feedback: z.int().describe("feedback added to known traces"),
  dataset: z
    .object({
      name: z.string(),
      file: z.string(),
      prompt: z.string().nullable().describe("path of --prompt; calls of other prompts give no rows"),
      given: z.int().describe("rows and traces with known variables"),
      failed: z.int().describe("failed calls without a correction; they give no rows"),
      skipped: skippedSchema,
      added: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      rows: z.int(),
    })
    .nullable()
    .describe("null without --dataset"),
  unrendered: z
    .object({
      kept: z.int().describe("the source contains the variables"),
      exact: z.int().describe("template and variables recovered; they reproduce the messages"),
      ambiguous: z.int().describe("several templates or variables match"),
      unmatched: z.int().describe("no known template matches"),
      no_messages: z.int(),
      prompts: z.record(z.string(), z.int()).describe("recovered calls by the path of their prompt"),
      unusable: z
        .array(z.object({ prompt: z.string(), reason: z.string() }))
        .describe("templates whose calls cannot be recovered"),
    })
    .nullable()
    .describe("null without --config"),
  inferred: z
    .object({
      file: z.string().nullable().describe("null without proposals"),
      calls: z.int(),
      unexplained: z.int(),
      templates: z.array(
        z.object({
          name: z.string(),
          template,
          calls: z.int().describe("calls that the template reproduces exactly"),
          variables: z.array(
            z.object({ name: z.string(), distinct: z.int(), examples: z.array(z.string()) }),
          ),
        }),
      ),
    })
    .nullable()
    .describe("null without --infer-template"),
  redacted: z.boolean(),
  left_out: z
    .array(
      z.object({
        file: z.string(),
        kind: z.string().describe("what was counted, for example `spans of google.adk`"),
        reason: z.string(),
        count: z.int(),
        attributes: z.array(z.string()).describe("names of attributes seen, if their convention is unknown"),
      }),
    )
    .describe("valid content that is neither a trace nor a row"),
  problems: z.object({
    count: z.int(),
    reasons: z
      .array(z.object({ reason: z.string(), count: z.int() }))
      .describe("the most frequent first; messages that differ in numbers and quoted values have one reason"),
    shown: z.array(z.object({ file: z.string(), line: z.int().nullable(), message: z.string() })),
  }),
});

export type CollectImportOutput = z.infer<typeof collectImportOutputSchema>;

interface ImportSummary {
  readonly counts: ImportCounts;
  readonly datasetFile: string;
  /** Path of the only prompt whose calls became rows. */
  readonly prompt: string | undefined;
  readonly unusable: readonly { readonly prompt: string; readonly reason: string }[];
  readonly inferred: { readonly found: InferredTemplates; readonly file: string | null } | undefined;
  readonly isRedacted: boolean;
}

export function collectImportOutput(report: ImportSummary): CollectImportOutput {
  const { counts, datasetFile, unusable, inferred, isRedacted } = report;
  const { dataset, unrendered, prompts, problems, lost } = counts;
  return {
    files: counts.files.map(({ columns, notes, ...file }) => ({
      ...file,
      flat_columns: columns?.isChosen === true ? [...columns.variables] : [],
      columns: chosenColumnsOutput(columns),
      notes: [...notes],
    })),
    traces: { ...counts.traces, lost: lost.count },
    feedback: counts.feedback,
    dataset:
      dataset === null
        ? null
        : {
            ...dataset,
            skipped: skippedOutput(dataset.skipped),
            file: datasetFile,
            prompt: report.prompt ?? null,
          },
    unrendered:
      unrendered === null ? null : { ...unrendered, prompts: { ...prompts }, unusable: [...unusable] },
    inferred:
      inferred === undefined
        ? null
        : {
            file: inferred.file,
            calls: inferred.found.calls,
            unexplained: inferred.found.unexplained,
            templates: inferred.found.templates.map((one) => toRecordJson(one)) as never,
          },
    redacted: isRedacted,
    left_out: counts.leftOut.map(({ file, kind, reason, count, attributes = [] }) => ({
      file,
      kind,
      reason,
      count,
      attributes: [...attributes],
    })),
    problems: {
      count: problems.count,
      reasons: problems.reasons.map(([reason, count]) => ({ reason, count })),
      shown: problems.shown.map(({ file, line = null, message }) => ({ file, line, message })),
    },
  };
}

/** Output of `collect CONFIG --json`. */
export const collectOutputSchema = z.object({
  dataset: z.string(),
  file: z.string().describe("of the dataset"),
  prompt: z.string().nullable().describe("path of the prompt; null for an application with several"),
  model: z.string(),
  agent: z.string().nullable(),
  status: z.enum(["completed", "interrupted", "failed"]),
  exit_code: z.int(),
  rows: z.int(),
  answered: z.int().describe("rows with a usable answer"),
  failed: z.int(),
  skipped: skippedSchema,
  resumed: z.int().describe("answers taken from the traces of an earlier collection"),
  merged: z.object({
    added: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    rows: z.int().describe("in the dataset now"),
  }),
  traces: z.object({ recorded: z.int(), lost: z.int() }),
  usage: spendSchema,
  seconds: z.number(),
  error: endingErrorSchema,
});

export type CollectOutput = z.infer<typeof collectOutputSchema>;

export function collectOutput(
  result: CollectionResult,
  about: Pick<CollectOutput, "dataset" | "file" | "prompt" | "agent">,
): CollectOutput {
  const { error } = result;
  const reported = error === undefined ? undefined : errorOutput(error).error;
  return {
    ...about,
    model: result.model,
    status: error === undefined ? "completed" : error.code === "interrupted" ? "interrupted" : "failed",
    exit_code: error === undefined ? exitDone : exitCodeOf(error),
    rows: result.rows,
    answered: result.answered,
    failed: result.failed,
    skipped: skippedOutput(result.skipped),
    resumed: result.resumed,
    merged: { ...result.merged },
    traces: { recorded: result.recorded, lost: result.losses.count },
    usage: spendOutput(result.usage),
    seconds: result.seconds,
    error:
      reported === undefined ? null : { code: reported.code, message: reported.message, hint: reported.hint },
  };
}

/** Printed by `collect proxy --json` once it listens. */
export const collectProxyOutputSchema = z.object({
  /** Base URL for clients, including `/v1`. */
  url: z.string(),
  port: z.int(),
  upstream: z.string(),
  state: z.string(),
  dataset: z.string().nullable(),
});

export type CollectProxyOutput = z.infer<typeof collectProxyOutputSchema>;
