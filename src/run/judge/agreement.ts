import { cohenKappa, type Kappa } from "../../core/statistics/kappa.ts";
import type { Interval } from "../../core/statistics/mean.ts";
import { wilsonInterval } from "../../core/statistics/mean-interval.ts";
import { kendallTauB, type RankCorrelation, spearman } from "../../core/statistics/rank-correlation.ts";
import type { JudgedLabel } from "./ask-judge-of-labels.ts";
import { type LabelScale, levelOf } from "./labels/label.ts";

/** How far a judge agrees with people. */
export interface Agreement {
  /** Labels with a verdict of the judge. */
  readonly rows: number;
  readonly agreed: number;
  /** agreed ÷ rows, with Wilson's interval; null without rows. */
  readonly share: number | null;
  readonly interval: Interval | null;
  readonly kappa: Kappa;
  /** For grades: disagreements weigh by the square of their distance. */
  readonly weightedKappa: Kappa | null;
  readonly spearman: RankCorrelation | null;
  readonly kendall: RankCorrelation | null;
  /** Names of the levels, and counts: a row for each level of people, a column for each of the judge. */
  readonly levels: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  /** Labels on which judge and people differ, the largest differences first. */
  readonly disagreements: readonly Disagreement[];
}

export interface Disagreement {
  readonly judged: Extract<JudgedLabel, { readonly isAsked: boolean }>;
  /** Indexes into `levels`. */
  readonly people: number;
  readonly judge: number;
}

interface AgreementOptions {
  readonly scale: LabelScale;
  /** Scores of the judge from this one up are a pass. */
  readonly passScore: number;
  readonly confidence: number;
}

// Scores are sums of fractions.
const rounding = 1e-9;
/** Scores with more different values are grouped for the rank correlation. */
const mostScores = 1000;

/** Compares the verdicts that there are with the labels; missing ones are left out. */
export function agreementOf(
  judged: readonly JudgedLabel[],
  { scale, passScore, confidence }: AgreementOptions,
): Agreement {
  const pairs = judged.flatMap((one) => {
    if (!("score" in one)) return [];
    const people = levelOf(scale, one.label.grade);
    return [{ judged: one, people, judge: judgeLevel(one.score.value, scale, passScore) }];
  });
  const matrix = scale.levels.map(() => scale.levels.map(() => 0));
  for (const { people, judge } of pairs) {
    const row = matrix[people];
    if (row !== undefined) row[judge] = (row[judge] ?? 0) + 1;
  }
  const agreed = pairs.filter(({ people, judge }) => people === judge).length;
  const isGraded = scale.kind === "graded";
  const grades = pairs.map((one) => one.judged.label.grade);
  const scores = pairs.map((one) => one.judged.score.value);
  return {
    rows: pairs.length,
    agreed,
    share: pairs.length === 0 ? null : agreed / pairs.length,
    interval: pairs.length === 0 ? null : wilsonInterval(agreed, pairs.length, confidence),
    kappa: cohenKappa(matrix, { confidence }),
    weightedKappa: isGraded ? cohenKappa(matrix, { weights: "quadratic", confidence }) : null,
    spearman: isGraded ? spearman(grades, scores, confidence) : null,
    kendall: isGraded ? kendallTauB(crossTable(grades, scores), confidence) : null,
    levels: scale.names,
    matrix,
    disagreements: pairs
      .filter(({ people, judge }) => people !== judge)
      .sort((one, other) => distance(other) - distance(one)),
  };
}

function judgeLevel(value: number, scale: LabelScale, passScore: number): number {
  if (scale.kind === "binary") return Number(value >= passScore - rounding);
  const [low, high] = [scale.levels[0] ?? 0, scale.levels.at(-1) ?? 1];
  return levelOf(scale, low + value * (high - low));
}

function distance({ people, judge }: Pick<Disagreement, "people" | "judge">): number {
  return Math.abs(people - judge);
}

function crossTable(grades: readonly number[], scores: readonly number[]): readonly (readonly number[])[] {
  const grouped = scores.map((score) => Math.round(score * mostScores) / mostScores);
  const [rows, columns] = [orderOf(grades), orderOf(grouped)];
  const table = Array.from({ length: rows.size }, () => new Array<number>(columns.size).fill(0));
  for (const [at, grade] of grades.entries()) {
    const row = table[rows.get(grade) ?? 0];
    const column = columns.get(grouped[at] ?? 0) ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}

/** The different values in ascending order, with their places. */
function orderOf(values: readonly number[]): ReadonlyMap<number, number> {
  const sorted = [...new Set(values)].sort((one, other) => one - other);
  return new Map(sorted.map((value, at) => [value, at]));
}
