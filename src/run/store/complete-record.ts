import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import { noSpend, type Spend } from "../../core/usage.ts";

const noAnswers = { empty: 0, refusal: 0, cutOff: 0, filtered: 0, failed: 0 };

/** A record as today's readers expect it: version 0.1.0 did not write all that is counted now. */
export function completeRecord(record: RunRecord): RunRecord {
  return { ...record, optimizations: record.optimizations.map(completeOptimization) };
}

function completeOptimization(one: OptimizationRecord): OptimizationRecord {
  const { usage, answers, scores } = one;
  const spends = Object.entries(usage).map(([role, spend]) => [role, completeSpend(spend)]);
  return {
    ...one,
    usage: Object.fromEntries(spends) as OptimizationRecord["usage"],
    answers: { ...noAnswers, ...answers },
    scores:
      scores.test === undefined
        ? scores
        : { ...scores, test: Object.assign({ failed: failedRows(one) }, scores.test) },
  };
}

function completeSpend(spend: Spend): Spend {
  return { ...noSpend, ...spend };
}

/** Rows without a score, a side. */
function failedRows({ rows }: OptimizationRecord): { readonly base: number; readonly optimized: number } {
  const failed = (side: "base" | "optimized") => rows.filter((row) => row[side].error !== null).length;
  return { base: failed("base"), optimized: failed("optimized") };
}
