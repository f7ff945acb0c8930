import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { OptimizationStatus, ReflectionCounts, TestScores } from "../../contracts/run-record.ts";
import { rowsNeeded, verdictOf } from "../../core/statistics/verdict.ts";
import { listedRefusals } from "../../report/describe-failures.ts";
import type { GateEnd } from "./measure-gate.ts";

export interface Verdict {
  readonly status: Exclude<OptimizationStatus, "failed" | "skipped">;
  readonly reason: string;
  readonly advice: readonly string[];
}

const nextSteps: readonly string[] = [
  "collect more diverse rows, including hard cases",
  "try other parameters: more num_candidates or max_steps, another optimizer",
  "try another reflection_model or scorer_model",
];

/** The decision of step 5: the result on the test rows, the reason, and advice if it is not significant. */
export function decide(
  plan: OptimizationPlan,
  found: {
    readonly test: TestScores | undefined;
    readonly isUnsplit: boolean;
    readonly isBaseBest: boolean;
    /** Right on every validation row. */
    readonly isBasePerfect: boolean;
    /** Set if the budget ended before all test rows were done. */
    readonly ended?: GateEnd | undefined;
    /** Present if no reply became a candidate. */
    readonly reflections?: ReflectionCounts | undefined;
  },
): Verdict {
  if (found.isBasePerfect && found.isBaseBest) {
    return {
      status: "no_proven_improvement",
      reason: "the base is right on every validation row: these rows leave nothing to improve",
      advice: ["add rows the prompt gets wrong"],
    };
  }
  if (found.ended !== undefined && !found.isBaseBest) {
    return {
      status: "no_proven_improvement",
      reason: `budget ended after ${found.ended.done} of ${found.ended.of} rows of the gate`,
      advice: ["raise the budget, or give the split a smaller test share"],
    };
  }
  if (found.test === undefined && found.ended === undefined) {
    const why = found.isUnsplit
      ? `measured on rows that the optimizer used: ${plan.data.rows} rows are too few to hold any back`
      : "no test rows: the split leaves none to verify a gain";
    return {
      status: "no_proven_improvement",
      reason: why,
      advice: ["collect at least 20, better 50 or more, diverse rows"],
    };
  }
  if (found.isBaseBest || found.test === undefined) {
    const refusals = found.reflections && listedRefusals(found.reflections);
    const reason = "the search found no prompt that beats the base on the validation rows";
    if (refusals === undefined) return { status: "no_proven_improvement", reason, advice: nextSteps };
    return {
      status: "no_proven_improvement",
      reason: `no reply of the reflection model was a usable rewrite: ${refusals}`,
      advice: ["try another reflection_model, or raise its max_tokens", ...nextSteps],
    };
  }
  const verdict = verdictOf(found.test, plan.gate);
  if (verdict.status === "improved") return { ...verdict, advice: [] };
  const bar = plan.gate.mode === "non_inferior" ? -plan.gate.margin : 0;
  const more = verdict.status === "regressed" ? null : rowsNeeded(found.test, bar);
  return { ...verdict, advice: [...rowsAdvice(more, plan.data.rows), ...nextSteps] };
}

/** Beyond this many rows, and ten times the rows of the dataset, more is not worth it for one verdict. */
const mostRealisticRows = 1000;

/** No advice is needed if the gain is significant but too small, or if there is none. */
function rowsAdvice(more: number | null, rows: number): readonly string[] {
  if (more === null || more === 0) return [];
  return more > Math.max(mostRealisticRows, 10 * rows)
    ? ["no realistic number of rows would show a gain this small"]
    : [`about ${more} more test rows would show whether the gain is real`];
}
