import { z } from "zod";
import type { ScorerSpec } from "../../../contracts/scorer.ts";
import type { HeadroomFindings } from "../../../run/headroom/headroom-findings.ts";
import { describeFormat } from "../../../scorers/format/describe-format.ts";
import { exitCodeOf, exitDone } from "../../exit-codes.ts";
import { endingErrorSchema, endingOutput, endingSchema } from "../../output/ending-output.ts";
import { errorOutput } from "../../output/error-output.ts";
import { answersOutput, answersSchema, spendOutput, spendSchema } from "../../output/spend-output.ts";
import type { HeadroomSession, TestedHeadroom } from "../../session/headroom-session.ts";

const scorer = z.object({
  use: z.string(),
  options: z.record(z.string(), z.unknown()),
  weight: z.number(),
});

/** The headroom of one optimization. */
const headroomSchema = z.object({
  optimization: z.string(),
  model: z.string().describe("the target model"),
  confidence: z.number(),
  dataset: z.object({
    name: z.string(),
    tested: z.int().describe("different rows that were asked"),
    usable: z.int().describe("train and validation rows"),
    test: z.int().describe("rows kept for the gate; never asked here"),
  }),
  base: z.object({
    score: z.number().nullable().describe("null without scored rows"),
    interval: z.tuple([z.number(), z.number()]).nullable(),
    rows: z.int().describe("rows with a score"),
    failed: z.int().describe("rows with infrastructure failures; excluded from the score"),
    wrong: z.int().describe("rows with a score below 1"),
  }),
  noise: z
    .object({
      rows: z.int().describe("rows asked twice with the same parameters"),
      changed: z.int().describe("rows with another score the second time"),
      share: z.number(),
      reworded: z.int().describe("rows with another text the second time"),
    })
    .nullable()
    .describe("null if no row was asked twice"),
  format: z.object({
    failed_rows: z.int(),
    format_rows: z.int().describe("failed rows that are right in content"),
    share: z.number().describe("format_rows / failed_rows; 0 without failed rows"),
    score: z.number().nullable().describe("the score if every such answer were accepted"),
    findings: z.array(
      z.object({
        fault: z.string(),
        rows: z.int(),
        scorers: z
          .array(scorer)
          .nullable()
          .describe("the config's scorers with the change that accepts them; null if none does"),
      }),
    ),
  }),
  source: z
    .object({
      score: z.number(),
      difference: z.number().describe("source minus base on the same rows"),
      rows: z.int(),
      failed: z.int(),
    })
    .nullable()
    .describe("null without a source model"),
  samples: z
    .object({
      rows: z.int().describe("wrong rows that were asked again; those that fail by format aside"),
      each: z.int().describe("answers per row"),
      right: z.int().describe("rows with at least one right answer"),
      share: z.number(),
      answers: z.int().describe("answers with a score"),
      answers_right: z.int(),
      chance: z.number().nullable().describe("chance that a guess is right; null without a set of labels"),
      temperature: z.number().nullable().describe("null: the model's own"),
    })
    .nullable()
    .describe("null if no row was sampled"),
  verdict: z.object({
    kind: z.enum(["format", "knowledge", "noise", "ceiling", "unclear"]),
    message: z.string(),
    room: z.number().describe("score within reach minus the base score; inherent noise taken off"),
    more_test_rows: z.int().nullable().describe("rows that a gate lacks; null if it has enough"),
  }),
  advice: z.array(z.string()),
  notes: z.array(z.string()).describe("number of missing answers and their likely cause"),
  answers: answersSchema,
  seconds: z.number(),
  usage: spendSchema,
});

/** Output of `headroom --json`. */
export const headroomOutputSchema = z.object({
  config: z.string(),
  status: endingSchema,
  exit_code: z.int(),
  offline: z.boolean(),
  max_calls: z.int().describe("cap on paid calls"),
  error: endingErrorSchema.describe("error that ended the test; the figures cover the answers before it"),
  optimizations: z.array(headroomSchema),
});

export type HeadroomOutput = z.infer<typeof headroomOutputSchema>;

export function headroomOutput(config: string, session: HeadroomSession): HeadroomOutput {
  const { maxCalls, tested, isOffline, error } = session;
  return {
    config,
    status: endingOutput(error),
    exit_code: error === undefined ? exitDone : exitCodeOf(error),
    offline: isOffline,
    max_calls: maxCalls,
    error: error === undefined ? null : errorOutput(error).error,
    optimizations: tested.map(testedOutput),
  };
}

function testedOutput({ plan, model, headroom, result, verdict }: TestedHeadroom): HeadroomFields {
  const { findings, usage, answers, seconds, notes } = result;
  const { base, noise, format, source, samples } = findings;
  const formatRows = format.failures.at.size;
  const { parts, name } = plan.data;
  return {
    optimization: plan.name,
    model,
    confidence: plan.gate.confidence,
    dataset: {
      name,
      tested: headroom.rows.length,
      usable:
        parts.test === 0 && parts.train === parts.validation ? parts.train : parts.train + parts.validation,
      test: parts.test,
    },
    base: { ...base, interval: base.interval === null ? null : [...base.interval] },
    noise:
      noise === null
        ? null
        : {
            rows: noise.rows,
            changed: noise.changed,
            share: noise.changed / noise.rows,
            reworded: noise.reworded,
          },
    format: {
      failed_rows: format.failures.failed,
      format_rows: formatRows,
      share: format.failures.failed === 0 ? 0 : formatRows / format.failures.failed,
      score: base.score === null ? null : Math.min(1, base.score + format.gain),
      findings: format.failures.findings.map(({ fault, rows, scorers }) => ({
        fault,
        rows,
        scorers: scorers?.map(scorerOutput) ?? null,
      })),
    },
    source,
    samples: samples === null ? null : samplesOutput(samples),
    verdict: {
      kind: verdict.kind,
      message: verdict.message,
      room: verdict.room,
      more_test_rows: verdict.moreTestRows,
    },
    advice: [...describeFormat(format.failures)],
    notes: [...notes],
    answers: answersOutput(answers),
    seconds,
    usage: spendOutput(usage),
  };
}

type HeadroomFields = z.infer<typeof headroomSchema>;

function samplesOutput(samples: NonNullable<HeadroomFindings["samples"]>) {
  const { rows, each, right, answers, answersRight, chance, temperature } = samples;
  return {
    rows,
    each,
    right,
    share: right / rows,
    answers,
    answers_right: answersRight,
    chance,
    temperature,
  };
}

function scorerOutput({ use, options, weight }: ScorerSpec) {
  return { use, options: { ...options }, weight };
}
