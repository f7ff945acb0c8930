import type { BudgetSpec } from "../../contracts/run-plan.ts";
import type { Example } from "../../core/data/example.ts";
import type { Split } from "../../core/data/split.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { RolloutBounds } from "../lab/evaluation-context.ts";
import { worstRollout } from "../lab/rollout.ts";
import { type Level, pricesOf, sumOfBills } from "../plan/estimate-bills.ts";
import { estimateFacts, type PriceParts } from "../plan/estimate-parts.ts";
import { type Amount, largest, nothing, plus, restOf, times } from "./amount.ts";
import type { Caps } from "./budget-reservations.ts";

// Quantile of row costs used for the estimate; the margin covers the most expensive tenth.
const share = 0.9;
const margin = 1.25;
// A rewrite is longer than its base.
const growthOfPrompt = 3;
const fewestGrownTokens = 250;
// Share of judge calls that are repeated.
const judgeRetryShare = 0.1;
// The last call of the gate must fit with its worst case, but the search must keep its share.
const mostHeadroom = 0.25;

export interface ReserveParts extends Omit<PriceParts, "facts"> {
  readonly evaluation: RolloutBounds;
  readonly split: Split;
}

/**
 * The part of a budget kept for the gate: base and winner, and the source model if there is one, on every
 * test row. Estimated from the measured costs of base rows, or from the plan's figures before any are
 * measured.
 */
export function gateReserve(parts: ReserveParts, measured: readonly Amount[]): Amount {
  const { plan, split, evaluation } = parts;
  const rows = split.test.length;
  if (rows === 0) return nothing;
  const facts = estimateFacts([...split.validation, ...split.train]);
  const { usual, most } = evaluation.scorer.judgeCalls;
  const judge = usual + (most - usual) * judgeRetryShare;
  const perRow = (level: Level) => {
    const prices = pricesOf({ plan, models: parts.models, facts }, grownTokens(parts), level);
    const judged = prices.judge(judge);
    return {
      base: amountOf([prices.base(1), judged]),
      winner: amountOf([prices.grown(1), judged]),
      source: plan.models.source === undefined ? nothing : amountOf([prices.source(1), judged]),
    };
  };
  const planned = perRow("likely");
  const paid = measured.filter(({ tokens }) => tokens > 0);
  const row = paid.length === 0 ? sumOfSides(planned) : sumOfSides(likeMeasured(planned, paid));
  const count = plan.models.source === undefined ? 2 : 3;
  const calls = Math.ceil(rows * count * (1 + judge));
  return { ...plus(times(row, rows * margin), headroom(parts)), calls };
}

interface Sides {
  readonly base: Amount;
  readonly winner: Amount;
  readonly source: Amount;
}

function sumOfSides({ base, winner, source }: Sides): Amount {
  return [base, winner, source].reduce(plus, nothing);
}

/**
 * The base costs what its rows did, plus the growth of a rewrite. The source model is more expensive than the
 * target by the planned ratio.
 */
function likeMeasured({ base, winner, source }: Sides, measured: readonly Amount[]): Sides {
  const upper = (limit: "tokens" | "usd") => quantile(measured.map((amount) => amount[limit]));
  const found: Amount = { calls: 0, tokens: upper("tokens"), usd: upper("usd") };
  const ratio = (limit: "tokens" | "usd") => (base[limit] === 0 ? 0 : source[limit] / base[limit]);
  return {
    base: found,
    winner: plus(found, restOf(winner, base)),
    source: {
      calls: 0,
      tokens: found.tokens * ratio("tokens"),
      usd: base.usd === 0 ? source.usd : found.usd * ratio("usd"),
    },
  };
}

/** The worst case of one call of the base on these rows. */
export function worstFirstCall(
  { plan, evaluation }: Pick<ReserveParts, "plan" | "evaluation">,
  rows: readonly Example[],
): Amount {
  const texts = textsOf(plan.prompts);
  return rows
    .map((example) => worstRollout(evaluation, texts, example).first ?? nothing)
    .reduce(largest, nothing);
}

/** The worst case of one call, up to the budget's limit for it. */
function headroom(parts: ReserveParts): Amount {
  const worst = worstFirstCall(parts, parts.split.test);
  const { tokens, usd } = parts.plan.budget;
  return {
    calls: 0,
    tokens: Math.min(worst.tokens, (tokens ?? Number.POSITIVE_INFINITY) * mostHeadroom),
    usd: Math.min(worst.usd, (usd ?? Number.POSITIVE_INFINITY) * mostHeadroom),
  };
}

function grownTokens({ plan }: ReserveParts): number {
  const tokens = Object.values(textsOf(plan.prompts)).reduce((sum, text) => sum + estimateTokens(text), 0);
  const allowed = plan.prompts.map(({ maxPromptTokens = Number.POSITIVE_INFINITY }) => maxPromptTokens);
  const most = allowed.reduce((sum, cap) => sum + cap, 0) - tokens;
  return Math.max(0, Math.min(most, Math.max(fewestGrownTokens, tokens * growthOfPrompt)));
}

function amountOf(bills: Parameters<typeof sumOfBills>[0]): Amount {
  const { tokens, usd } = sumOfBills(bills);
  return { calls: 0, tokens, usd: usd ?? 0 };
}

function quantile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** A budget's caps minus this amount. */
export function capsWithout({ calls, tokens, usd }: BudgetSpec, taken: Amount): Caps {
  const infinite = Number.POSITIVE_INFINITY;
  const rest = restOf({ calls: calls ?? infinite, tokens: tokens ?? infinite, usd: usd ?? infinite }, taken);
  return Object.fromEntries(Object.entries(rest).filter(([, cap]) => Number.isFinite(cap)));
}
