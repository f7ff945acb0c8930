import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { meanInterval } from "../../core/statistics/mean-interval.ts";
import { fullScore } from "../../scorers/format/find-format-failures.ts";
import type { MeasuredOutcome } from "../lab/evaluation-context.ts";
import type { HeadroomFindings } from "./headroom-findings.ts";

/** Outcomes in the order of their rows; undefined where a limit or an error ended the test before. */
export type RowOutcomes = readonly (MeasuredOutcome | undefined)[];

export function baseFigures(
  outcomes: RowOutcomes,
  { gate, seed }: Pick<OptimizationPlan, "gate" | "seed">,
): HeadroomFindings["base"] {
  const done = outcomes.flatMap((outcome) => outcome ?? []);
  const scores = done.flatMap(({ score }) => score?.value ?? []);
  const { confidence } = gate;
  return {
    score: scores.length === 0 ? null : meanOf(scores),
    interval: scores.length === 0 ? null : meanInterval(scores, { confidence, seed }),
    rows: scores.length,
    failed: done.length - scores.length,
    wrong: scores.filter((score) => score < fullScore).length,
  };
}

/** Compares two answers to the same rows; null without a pair. */
export function noiseFigures(base: RowOutcomes, again: RowOutcomes): HeadroomFindings["noise"] {
  const pairs = again.flatMap((second, at) => {
    const first = base[at];
    if (first?.score === undefined || second?.score === undefined) return [];
    return [{ moved: second.score.value - first.score.value, isReworded: second.output !== first.output }];
  });
  if (pairs.length === 0) return null;
  return {
    rows: pairs.length,
    changed: pairs.filter(({ moved }) => Math.abs(moved) > 1e-9).length,
    reworded: pairs.filter(({ isReworded }) => isReworded).length,
    variance: meanOf(pairs.map(({ moved }) => moved * moved)),
  };
}

/** Compares the source model with the base on the rows that both answered; null without any. */
export function sourceFigures(base: RowOutcomes, source: RowOutcomes): HeadroomFindings["source"] {
  const pairs = source.flatMap((one, at) => {
    const other = base[at]?.score?.value;
    return one?.score === undefined || other === undefined ? [] : [{ source: one.score.value, base: other }];
  });
  if (pairs.length === 0) return null;
  const score = meanOf(pairs.map((pair) => pair.source));
  return {
    score,
    difference: score - meanOf(pairs.map((pair) => pair.base)),
    rows: pairs.length,
    failed: source.filter((one) => one !== undefined && one.score === undefined).length,
  };
}
