import type { Example } from "../../core/data/example.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import type { CallRole } from "../../core/usage.ts";
import { createBudgetReservations } from "../budget/budget-reservations.ts";
import type { EvaluationContext, MeasuredOutcome } from "../lab/evaluation-context.ts";
import { rollOut, worstRollout } from "../lab/rollout.ts";

interface ScoreOptions {
  readonly concurrency: number;
  readonly role: Extract<CallRole, "target" | "source">;
  /** Sample number of the answer to a row; default: 0. */
  readonly repeatOf?: (at: number) => number;
}

/**
 * Scores the plan's prompts on rows. Keeps slightly more rows in progress than there may be calls, and retains
 * nothing of a row, so that memory use does not grow with the file. The first error ends it after the rows in
 * progress.
 */
export async function scoreRows(
  evaluation: EvaluationContext,
  rows: readonly Example[],
  { concurrency, role, repeatOf = () => 0 }: ScoreOptions,
  onOutcome: (outcome: MeasuredOutcome, at: number) => void,
): Promise<void> {
  const reservations = createBudgetReservations({});
  const texts = textsOf(evaluation.plan.prompts);
  let next = 0;
  let hasFailed = false;
  const scoreNext = async (): Promise<void> => {
    while (next < rows.length && !hasFailed) {
      evaluation.signal.throwIfAborted();
      const at = next++;
      const example = rows[at] as Example;
      const reservation = await reservations.admit(worstRollout(evaluation, texts, example));
      const account = { reservation, onUse: () => {} };
      onOutcome(await rollOut(evaluation, texts, example, { repeat: repeatOf(at), role, account }), at);
      reservation.settle();
    }
  };
  const worker = () =>
    scoreNext().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    });
  const workers = Array.from({ length: Math.min(rows.length, Math.ceil(concurrency * 1.5)) }, worker);
  const settled = await Promise.allSettled(workers);
  evaluation.signal.throwIfAborted();
  for (const result of settled) if (result.status === "rejected") throw result.reason;
}
