import type { BudgetSpec } from "../../contracts/run-plan.ts";
import type { Split } from "../../core/data/split.ts";
import { pricesOf, sumOfBills } from "../plan/estimate-bills.ts";
import { estimateFacts } from "../plan/estimate-parts.ts";
import type { StageContext } from "../session/stage-context.ts";
import { type Amount, restOf } from "./amount.ts";
import { type BudgetReservations, createBudgetReservations } from "./budget-reservations.ts";
import { capsWithout, gateReserve, type ReserveParts, worstFirstCall } from "./gate-reserve.ts";

/** The budget of a search: the total minus what is kept for the gate. */
interface SearchBudget {
  readonly reservations: BudgetReservations;
  /** Calls kept for the gate. */
  readonly gateCalls: number;
  /**
   * Called when all validation rows of the base are measured and nothing is in progress: recalculates the
   * gate's share from their costs.
   */
  onBaseMeasured(): void;
}

export function createSearchBudget(
  { plan, models, runtime, evaluation }: StageContext,
  split: Split,
): SearchBudget {
  const parts: ReserveParts = { plan, models, evaluation, split };
  const planned = gateReserve(parts, []);
  const kept = withRoomFor(baseOf(parts), planned, plan.budget);
  const { tokens, usd, minutes } = plan.budget;
  const isCapped = tokens !== undefined || usd !== undefined;
  const closedAt = runtime.closings.of(plan.name);
  // Work that has not begun can still be refused when time runs out or a call has exceeded its worst case.
  const timed = minutes === undefined ? undefined : runtime.concurrency * 2;
  const atOnce = isCapped ? runtime.concurrency : timed;
  const reservations = createBudgetReservations(capsWithout(plan.budget, kept), {
    ...(closedAt === undefined ? {} : { closing: { admissions: closedAt, limit: "minutes" } }),
    ...(atOnce === undefined ? {} : { atOnce }),
  });
  return {
    reservations,
    gateCalls: planned.calls,
    onBaseMeasured() {
      if (!isCapped) return;
      const reserve = gateReserve(parts, reservations.settled);
      reservations.limitTo(capsWithout(plan.budget, { ...reserve, calls: kept.calls }));
    },
  };
}

/** Before any measurement the base comes first: the reserve is limited to what the base leaves. */
function withRoomFor(base: Amount, reserve: Amount, { calls, tokens, usd }: BudgetSpec): Amount {
  const infinite = Number.POSITIVE_INFINITY;
  const left = restOf({ calls: calls ?? infinite, tokens: tokens ?? infinite, usd: usd ?? infinite }, base);
  return {
    calls: Math.min(reserve.calls, left.calls),
    tokens: Math.min(reserve.tokens, left.tokens),
    usd: Math.min(reserve.usd, left.usd),
  };
}

/**
 * Budget for the base on the validation rows: a high estimate of its cost, or its proportional share of the
 * budget if larger, because the gate needs the same for the test rows. The last call is sent only if its
 * worst case fits.
 */
function baseOf(parts: ReserveParts): Amount {
  const { plan, models, evaluation, split } = parts;
  const facts = estimateFacts([...split.validation, ...split.train]);
  const prices = pricesOf({ plan, models, facts }, 0, "high");
  const rows = split.validation.length;
  const { usual, most } = evaluation.scorer.judgeCalls;
  const high = sumOfBills([prices.base(rows), prices.judge(rows * usual)]);
  const worst = worstFirstCall(parts, split.validation);
  const share = rows / Math.max(1, rows + split.test.length);
  const { tokens = 0, usd = 0 } = plan.budget;
  return {
    calls: rows * (1 + usual) + most - usual,
    tokens: Math.max(high.tokens, tokens * share) + worst.tokens,
    usd: Math.max(high.usd ?? 0, usd * share) + worst.usd,
  };
}
