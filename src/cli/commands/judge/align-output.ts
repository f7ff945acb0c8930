import { z } from "zod";
import type { RunRecord } from "../../../contracts/run-record.ts";
import type { Agreement } from "../../../run/judge/agreement.ts";
import type { AlignResult } from "../../../run/judge/align-result.ts";
import { runOutput, runOutputSchema } from "../run/output.ts";
import type { PreparedCheck } from "./check-session.ts";

const interval = z.tuple([z.number(), z.number()]).nullable();
const figure = z.object({ value: z.number().nullable(), interval });

const side = z.object({
  rows: z.int().describe("held-out labels with a readable verdict"),
  agreement: z.number().nullable(),
  kappa: figure,
  weighted_kappa: figure.nullable(),
});

/** Output of `judge align --json`. */
export const judgeAlignOutputSchema = z.object({
  scorer: z.string(),
  model: z.string().describe("the judge model"),
  path: z.string().describe("registry path of the judge's prompt"),
  labels: z.object({
    source: z.string(),
    answers: z.int(),
    used: z.int().describe("labels that are rows of the optimization"),
  }),
  confidence: z.number(),
  held_out: z
    .object({ base: side, optimized: side, unreadable: z.int(), failed: z.int() })
    .nullable()
    .describe("agreement with people on labels the search never saw; null if the gate was not measured"),
  use: z.string().nullable().describe("the scorer to write into the config; null if nothing was registered"),
  run: runOutputSchema,
});

export type JudgeAlignOutput = z.infer<typeof judgeAlignOutputSchema>;

interface Alignment {
  readonly use: string;
  readonly path: string;
  readonly prepared: PreparedCheck;
  readonly made: { readonly rows: readonly unknown[] };
  readonly aligned: AlignResult | undefined;
  readonly confidence: number;
}

export function judgeAlignOutput(record: RunRecord, alignment: Alignment): JudgeAlignOutput {
  const { use, path, prepared, made, aligned, confidence } = alignment;
  const { judge, plan, gathered } = prepared;
  const registered = record.optimizations[0]?.prompts[0]?.optimized;
  const isNew = registered != null && record.optimizations[0]?.status === "improved";
  return {
    scorer: use,
    model: plan.models[judge.plan.models.judge]?.name ?? judge.plan.models.judge,
    path,
    labels: { source: gathered.source, answers: gathered.labels.length, used: made.rows.length },
    confidence,
    held_out:
      aligned === undefined
        ? null
        : {
            base: sideOutput(aligned.base),
            optimized: sideOutput(aligned.optimized),
            unreadable: aligned.unreadable,
            failed: aligned.failed,
          },
    use: isNew ? `{ use: ${use}, prompt: ${path}/${registered.version} }` : null,
    run: runOutput(record),
  };
}

function sideOutput({ rows, share, kappa, weightedKappa }: Agreement): z.infer<typeof side> {
  return {
    rows,
    agreement: share,
    kappa: figureOutput(kappa),
    weighted_kappa: weightedKappa && figureOutput(weightedKappa),
  };
}

function figureOutput({ value, interval: ends }: Agreement["kappa"]): z.infer<typeof figure> {
  return { value, interval: ends === null ? null : [ends[0], ends[1]] };
}
