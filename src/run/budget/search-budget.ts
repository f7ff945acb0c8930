import type { BudgetSpec } from "../../contracts/run-plan.ts";
import type { Split } from "../../core/data/split.ts";
import { pricesOf, sumOfBills } from "../plan/estimate-bills.ts";
import { estimateFacts } from "../plan/estimate-parts.ts";
import type { StageContext } from "../session/stage-context.ts";
import { type Amount, restOf } from "./amount.ts";
import { type BudgetReservations, createBudgetReservations } from "./budget-reservations.ts";
import { capsWithout, gateReserve, type ReserveParts, worstFirstCall } from "./gate-reserve.ts";

/** What a search may spend: the budget without what is kept for the gate. */
interface SearchBudget {
  readonly reservations: BudgetReservations;
  /** Calls that are kept for the gate. */
  readonly gateCalls: number;
  /** Every validation row of the base is measured, and nothing is under way: the gate's part follows what they cost. */
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
  // What has not begun can still be refused: when time is over, or a call has cost more than it could.
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

/** Before anything is measured the base comes first: the reserve is not larger than what it leaves. */
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
 * Room for the base on the validation rows: what it costs if it costs much, and its part of the budget where that is
 * more, for the gate asks the same of the test rows. The last call is sent only where its worst case fits.
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
