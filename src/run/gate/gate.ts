import type { RowAnswer, RowResult } from "../../contracts/row-result.ts";
import type { FailedRows, TestScores } from "../../contracts/run-record.ts";
import type { Example } from "../../core/data/example.ts";
import { BudgetError } from "../../core/errors.ts";
import type { PromptTexts } from "../../core/prompt/candidate.ts";
import { compareBounded, type ScorePair } from "../../core/statistics/bounded-comparison.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { BudgetReservations } from "../budget/budget-reservations.ts";
import type { EvaluationContext, MeasuredOutcome } from "../lab/evaluation-context.ts";
import { rollOut, worstRollout } from "../lab/rollout.ts";

/** One of the prompts that answer each row. */
export interface Side {
  readonly evaluation: EvaluationContext;
  readonly texts: PromptTexts;
  readonly role: "target" | "source";
}

/** Outcomes of all sides, row by row, as far as the budget lasted. */
interface SideOutcomes {
  /** For each side, its outcomes on the first rows; the same number for all sides. */
  readonly outcomes: readonly (readonly MeasuredOutcome[])[];
  /** Set if the budget ended before all rows were done. */
  readonly budget?: BudgetError;
}

/** The part of the budget that a gate uses. */
type Admission = Pick<BudgetReservations, "admit">;

/**
 * Scores several sides on the same rows. The sides of a row are reserved and sent together; a row that the
 * budget does not cover ends the measurement before it. A row with infrastructure failures gets a second
 * round at the end, on the sides that failed.
 */
export async function measureSides(
  sides: readonly Side[],
  rows: readonly Example[],
  reservations: Admission,
): Promise<SideOutcomes> {
  const pending: Promise<readonly MeasuredOutcome[]>[] = [];
  let budget: BudgetError | undefined;
  for (const example of rows) {
    const admitted = await reservations.admit(worstOf(sides, example)).catch(budgetOnly);
    if (admitted instanceof BudgetError) {
      budget = admitted;
      break;
    }
    const account = { reservation: admitted, onUse: () => {} };
    const row = settled(
      sides.map(({ evaluation, texts, role }) =>
        rollOut(evaluation, texts, example, { repeat: 0, role, account }),
      ),
    ).finally(() => admitted.settle());
    row.catch(() => {});
    pending.push(row);
  }
  const results = await Promise.allSettled(pending);
  for (const { evaluation } of sides) evaluation.signal.throwIfAborted();
  const done: (readonly MeasuredOutcome[])[] = [];
  for (const result of results) {
    if (result.status === "fulfilled") done.push(result.value);
    else {
      budget = budgetOnly(result.reason);
      break;
    }
  }
  const again = await Promise.all(done.map((row) => askAgain(sides, row, reservations)));
  for (const { evaluation } of sides) evaluation.signal.throwIfAborted();
  return {
    outcomes: sides.map((_, at) => again.map((row) => row[at] as MeasuredOutcome)),
    ...(budget === undefined ? {} : { budget }),
  };
}

function worstOf(sides: readonly Side[], example: Example): Amount {
  return sides.map(({ evaluation, texts }) => worstRollout(evaluation, texts, example)).reduce(plus, nothing);
}

function budgetOnly(error: unknown): BudgetError {
  if (error instanceof BudgetError) return error;
  throw error;
}

/** Waits for all, so that nothing paid for is lost; then throws the first error in the order of sides. */
async function settled<T>(pending: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(pending);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

// A different sample from the failed one, which stays stored: a resumed run decides the same way.
const secondRound = 1;

/** The sides of a row, with infrastructure failures repeated once if the budget allows. */
function askAgain(
  sides: readonly Side[],
  row: readonly MeasuredOutcome[],
  reservations: Admission,
): Promise<readonly MeasuredOutcome[]> {
  return settled(
    row.map(async (outcome, at) => {
      const side = sides[at];
      if (outcome.error === undefined || side === undefined) return outcome;
      const { evaluation, texts, role } = side;
      const reservation = await reservations
        .admit(worstRollout(evaluation, texts, outcome.example))
        .catch(budgetOnly);
      if (reservation instanceof BudgetError) return outcome;
      try {
        // An answer that could not be scored is stored: only its judge is called again.
        const isAnswered = outcome.output !== undefined;
        const again = await rollOut(evaluation, texts, outcome.example, {
          repeat: isAnswered ? 0 : secondRound,
          judgeRepeat: secondRound,
          role,
          account: { reservation, onUse: () => {} },
        });
        return again.error === undefined ? again : outcome;
      } catch (error) {
        budgetOnly(error);
        return outcome;
      } finally {
        reservation.settle();
      }
    }),
  );
}

/**
 * Paired comparison over all completed rows. A row without an answer on a side is bounded, so that it never
 * helps the candidate. The means and the difference cover the rows answered on both sides.
 */
export function comparePairs(
  base: readonly MeasuredOutcome[],
  optimized: readonly MeasuredOutcome[],
  options: { readonly confidence: number; readonly seed: number },
): TestScores {
  const pairs = base.map((one, at): ScorePair => {
    const isBaseLimited = one.missing === "cut_off" && one.isToolLimited === true;
    return {
      base: one.score?.value,
      optimized: optimized[at]?.score?.value,
      ...(isBaseLimited ? { isBaseLimited } : {}),
    };
  });
  const answered = pairs.flatMap((pair): [number, number][] =>
    pair.base === undefined || pair.optimized === undefined
      ? []
      : [[pair.isBaseLimited === true ? 1 : pair.base, pair.optimized]],
  );
  const comparison = compareBounded(pairs, options);
  return {
    base: meanOf(answered.map(([base]) => base)),
    optimized: meanOf(answered.map(([, optimized]) => optimized)),
    difference: comparison.difference,
    interval: comparison.interval,
    ...(comparison.leastDifference === comparison.difference
      ? {}
      : { leastDifference: comparison.leastDifference }),
    confidence: options.confidence,
    pValue: comparison.pValue,
    method: comparison.method,
    rows: pairs.length,
    rowsFailed: pairs.length - answered.length,
    failed: failedRows(base, optimized),
  };
}

/** Number of rows of each side without an answer, for content or infrastructure reasons. */
export function failedRows(
  base: readonly MeasuredOutcome[],
  optimized: readonly MeasuredOutcome[],
): FailedRows {
  return { base: countFailed(base), optimized: countFailed(optimized) };
}

export function countFailed(outcomes: readonly MeasuredOutcome[]): number {
  return outcomes.filter(({ error, missing }) => error !== undefined || missing !== undefined).length;
}

export function rowResults(
  base: readonly MeasuredOutcome[],
  optimized: readonly MeasuredOutcome[],
  source: readonly MeasuredOutcome[] | undefined,
): RowResult[] {
  return base.map((one, at) => ({
    example: one.example.id,
    inputs: one.example.inputs,
    expected: one.example.expected ?? null,
    base: rowAnswer(one),
    optimized: rowAnswer(optimized[at] ?? one),
    ...(source?.[at] === undefined ? {} : { source: rowAnswer(source[at]) }),
  }));
}

function rowAnswer(outcome: MeasuredOutcome): RowAnswer {
  return {
    output: outcome.output ?? null,
    score: outcome.score?.value ?? null,
    feedback: outcome.score?.feedback ?? null,
    error: outcome.error?.message ?? null,
    ...(outcome.missing === undefined ? {} : { missing: outcome.missing }),
    ...(outcome.score?.parts === undefined ? {} : { parts: outcome.score.parts }),
  };
}
