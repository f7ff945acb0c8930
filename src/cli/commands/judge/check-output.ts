import { z } from "zod";
import type { JudgeCheck } from "../../../contracts/judge-check.ts";
import type { JsonObject } from "../../../core/data/json.ts";
import type { DaoOptError } from "../../../core/errors.ts";
import type { Kappa } from "../../../core/statistics/kappa.ts";
import type { Agreement, Disagreement } from "../../../run/judge/agreement.ts";
import type { JudgedLabel, JudgedLabels } from "../../../run/judge/ask-judge-of-labels.ts";
import { rowPlace } from "../../../scorers/expected-answer.ts";
import { exitCodeOf, exitDone, exitGate, worstExit } from "../../exit-codes.ts";
import {
  endingErrorOutput,
  endingErrorSchema,
  endingOutput,
  endingSchema,
} from "../../output/ending-output.ts";
import { answersOutput, answersSchema, spendOutput, spendSchema } from "../../output/spend-output.ts";
import type { PreparedCheck } from "./check-session.ts";

const interval = z.tuple([z.number(), z.number()]).nullable();
const figure = z
  .object({ value: z.number().nullable(), interval })
  .describe("null where it is undefined, for example if all verdicts are alike");

const labelsSchema = z.object({
  source: z.string(),
  answers: z.int().describe("labelled answers, each counted once"),
  open: z.int().describe("labels without a verdict"),
  repeated: z.int().describe("labels that repeat another one"),
  tied: z.int().describe("answers left out because as many people pass as fail them"),
  unusable: z.int().describe("answers left out because the scorer cannot score them (on_bad_row: skip)"),
  scale: z.enum(["binary", "graded"]),
  levels: z.array(z.string()),
  raters: z.array(z.string()),
});

/** Output of `judge check --json`. */
export const judgeCheckOutputSchema = z.object({
  config: z.string(),
  status: endingSchema,
  exit_code: z.int(),
  offline: z.boolean(),
  optimization: z.string(),
  scorer: z.string(),
  prompt: z.string().nullable().describe("URI of the judge's registered instructions"),
  model: z.string().describe("the judge model"),
  judge: z.string().describe("digest of scorer, options, instructions and model"),
  labels: labelsSchema,
  confidence: z.number(),
  rows: z.int().describe("answers with a verdict of the judge"),
  decided_by_rule: z
    .int()
    .describe("of these, answers that the scorer decided without the judge, such as equal texts"),
  missing: z.object({
    unreadable: z.int().describe("replies of the judge without a readable verdict"),
    failed: z.int().describe("no reply after all attempts"),
    not_asked: z.int().describe("left when the check ended early"),
    reasons: z.array(z.object({ reason: z.string(), count: z.int() })),
  }),
  agreement: z.object({ value: z.number().nullable(), agreed: z.int(), interval }),
  kappa: figure,
  weighted_kappa: figure.nullable().describe("quadratic weights; null for pass and fail"),
  spearman: figure.nullable().describe("null for pass and fail"),
  kendall_tau_b: figure.nullable().describe("null for pass and fail"),
  matrix: z.object({
    levels: z.array(z.string()),
    counts: z.array(z.array(z.int())).describe("a row per level of people, a column per level of the judge"),
  }),
  people: z
    .object({ raters: z.tuple([z.string(), z.string()]), rows: z.int(), kappa: figure })
    .nullable()
    .describe("agreement of two people with each other; null with fewer than two raters"),
  disagreements: z.array(
    z.object({
      place: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      expected: z.string().nullable(),
      answer: z.string(),
      people: z.string(),
      judge: z.string(),
      score: z.number(),
      feedback: z.string().nullable(),
      comment: z.string().nullable().describe("the people's reason"),
    }),
  ),
  gate: z.object({ fail_under: z.number(), passed: z.boolean() }).nullable(),
  stored: z.string().nullable().describe("file with the checks of this judge; null if it was not stored"),
  notes: z.array(z.string()),
  answers: answersSchema,
  seconds: z.number(),
  usage: spendSchema,
  error: endingErrorSchema,
});

export type JudgeCheckOutput = z.infer<typeof judgeCheckOutputSchema>;

interface CheckResult {
  readonly config: string;
  readonly prepared: PreparedCheck;
  readonly judged: JudgedLabels;
  readonly agreement: Agreement;
  readonly confidence: number;
  readonly failUnder: number | undefined;
  readonly stored: string | undefined;
  readonly notes: readonly string[];
  readonly isOffline: boolean;
  readonly error: DaoOptError | undefined;
}

export function judgeCheckOutput(result: CheckResult): JudgeCheckOutput {
  const { prepared, judged, agreement, error } = result;
  const { judge, gathered, plan } = prepared;
  const gate = gateOf(result);
  return {
    config: result.config,
    status: endingOutput(error),
    exit_code: worstExit([
      error === undefined ? exitDone : exitCodeOf(error),
      gate?.passed === false ? exitGate : exitDone,
    ]),
    offline: result.isOffline,
    optimization: judge.plan.name,
    scorer: judge.spec.use,
    prompt: judge.spec.prompt ?? null,
    model: plan.models[judge.plan.models.judge]?.name ?? judge.plan.models.judge,
    judge: judge.identity.digest,
    labels: labelsOutput(prepared),
    confidence: result.confidence,
    rows: agreement.rows,
    decided_by_rule: judged.judged.filter((one) => "score" in one && !one.isAsked).length,
    missing: missingOutput(judged.judged),
    agreement: { value: agreement.share, agreed: agreement.agreed, interval: pairOf(agreement.interval) },
    kappa: figureOutput(agreement.kappa),
    weighted_kappa: agreement.weightedKappa && figureOutput(agreement.weightedKappa),
    spearman: agreement.spearman && figureOutput(agreement.spearman),
    kendall_tau_b: agreement.kendall && figureOutput(agreement.kendall),
    matrix: { levels: [...agreement.levels], counts: agreement.matrix.map((row) => [...row]) },
    people: gathered.people && {
      raters: [...gathered.people.raters],
      rows: gathered.people.rows,
      kappa: figureOutput(gathered.people.kappa),
    },
    disagreements: agreement.disagreements.map((one) => disagreementOutput(one, agreement)),
    gate,
    stored: result.stored ?? null,
    notes: [...result.notes],
    answers: answersOutput(judged.answers),
    seconds: judged.seconds,
    usage: spendOutput(judged.usage),
    error: endingErrorOutput(error),
  };
}

export function labelsOutput({ gathered, skipped }: PreparedCheck): z.infer<typeof labelsSchema> {
  const { labels, open, repeated, tied, raters, scale, source } = gathered;
  return {
    ...{ source, answers: labels.length, open, repeated, tied, unusable: skipped },
    ...{ scale: scale.kind, levels: [...scale.names], raters: [...raters] },
  };
}

/** The check as stored, for the reports of later runs. */
export function judgeCheckRecord(
  { prepared, judged, agreement, confidence, isOffline }: Omit<CheckResult, "stored">,
  at: Date,
): JudgeCheck {
  const { identity } = prepared.judge;
  const { source, digest, scale, raters } = prepared.gathered;
  const { unreadable, failed } = missingOutput(judged.judged);
  return {
    at: at.toISOString(),
    judge: { ...identity },
    labels: { source, digest, scale: scale.kind, raters },
    confidence,
    rows: agreement.rows,
    agreed: agreement.agreed,
    kappa: { ...agreement.kappa },
    weightedKappa: agreement.weightedKappa && { ...agreement.weightedKappa },
    ...{ unreadable, failed, isOffline },
  };
}

/** An undefined kappa passes no gate. */
function gateOf({ failUnder, agreement, error }: CheckResult): JudgeCheckOutput["gate"] {
  if (failUnder === undefined || error !== undefined) return null;
  const { value } = agreement.weightedKappa ?? agreement.kappa;
  return { fail_under: failUnder, passed: value !== null && value >= failUnder };
}

function missingOutput(judged: readonly JudgedLabel[]): JudgeCheckOutput["missing"] {
  const counts = { unreadable: 0, failed: 0, not_asked: 0 };
  const reasons = new Map<string, number>();
  for (const one of judged) {
    if (!("missing" in one)) continue;
    counts[one.missing]++;
    if (one.missing === "not_asked") continue;
    const reason = one.reason.replace(`${rowPlace(one.label.example)}: `, "");
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const listed = [...reasons].sort(([, one], [, other]) => other - one);
  return { ...counts, reasons: listed.map(([reason, count]) => ({ reason, count })) };
}

function disagreementOutput({ judged, people, judge }: Disagreement, { levels }: Agreement) {
  const { example, answer, comment } = judged.label;
  const inputs: JsonObject = example.inputs;
  return {
    place: rowPlace(example),
    inputs: { ...inputs },
    expected: example.expected ?? null,
    answer,
    people: levels[people] ?? "",
    judge: levels[judge] ?? "",
    score: judged.score.value,
    feedback: judged.score.feedback ?? null,
    comment: comment ?? null,
  };
}

function figureOutput({ value, interval: ends }: Kappa) {
  return { value, interval: pairOf(ends) };
}

function pairOf(ends: readonly [number, number] | null): [number, number] | null {
  return ends === null ? null : [ends[0], ends[1]];
}
