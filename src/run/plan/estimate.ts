import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { SearchCost } from "../../contracts/plugin.ts";
import type { Estimate, OptimizationPlan, PlanEstimate } from "../../contracts/run-plan.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import type { Amount } from "../budget/amount.ts";
import { modelChainOf, worstCall } from "../budget/worst-case.ts";
import { rowBound } from "../lab/rollout.ts";
import {
  type Bill,
  estimatedPromptTokens,
  type Level,
  pricesOf,
  type Role,
  scaled,
  sumOfBills,
} from "./estimate-bills.ts";
import { type EstimateParts, searchCost } from "./estimate-parts.ts";
import { secondsOfPlan, unmeasuredModels } from "./estimate-time.ts";

// Tokens that a rewrite adds to its parent prompt.
const tokensOfRules: Estimate = { low: 0, likely: 80, high: 250 };
// The same as a share, for long prompts.
const shareOfRules: Estimate = { low: 0, likely: 0.6, high: 1.5 };
// Lines around a worked example.
const tokensOfMarks = 20;

/** Calls of the gate: base and winner, and the source model if there is one, on every test row. */
function gateTargetCalls(plan: OptimizationPlan): number {
  return 2 * plan.data.parts.test;
}

/** Calls by role, tokens, dollars and time of one optimization: low, likely, high. Pure. */
export function estimateOptimization(parts: EstimateParts): PlanEstimate {
  const { plan, source } = parts;
  const search = searchCost(plan, source, callsForSearch(parts));
  const at = {
    low: estimateAt("low", parts, search),
    likely: estimateAt("likely", parts, search),
    high: estimateAt("high", parts, search),
  };
  const pick = (read: (level: (typeof at)[Level]) => number): Estimate => ({
    low: round(read(at.low), Math.floor),
    likely: round(read(at.likely), Math.round),
    high: round(read(at.high), Math.ceil),
  });
  const isTimed = Object.values(at).every(({ seconds }) => seconds !== null);
  const isPriced = Object.values(at).every(({ usd }) => usd !== null);
  return {
    optimization: plan.name,
    calls: {
      target: pick(({ calls }) => calls.target),
      reflection: pick(({ calls }) => calls.reflection),
      judge: pick(({ calls }) => calls.judge),
      source: pick(({ calls }) => calls.source),
      total: pick(({ calls }) => calls.total),
    },
    tokens: pick(({ tokens }) => tokens),
    usd: isPriced ? pick(({ usd }) => usd ?? 0) : null,
    seconds: isTimed ? pick(({ seconds }) => seconds ?? 0) : null,
    unmeasured: [...new Set(Object.values(at).flatMap(({ unmeasured }) => unmeasured))],
  };
}

function estimateAt(level: Level, parts: EstimateParts, search: SearchCost) {
  const { plan, source } = parts;
  const { test, validation } = plan.data.parts;
  const prices = pricesOf(parts, growthOf(level, parts, search), level);
  // If the base stays the best, it runs alone on the test rows.
  const fixed = [prices.base(validation + test), prices.source(plan.models.source === undefined ? 0 : test)];
  const winner = prices.grown(level === "low" ? 0 : test);
  const asked = [prices.grown(search.rollouts[level]), prices.reflection(search.reflections[level])];
  const judged = (bills: readonly Bill[]): readonly Bill[] => {
    const rollouts = bills.reduce((all, { calls, role }) => (role === "reflection" ? all : all + calls), 0);
    return [...bills, prices.judge(rollouts * source.judgeCalls.usual)];
  };
  // The gate's reserve is not available to the search, even if the base runs alone.
  const share = shareThatFits(plan, judged([...fixed, prices.grown(test)]), judged(asked));
  const bills = [...judged([...fixed, winner]), ...judged(asked).map((bill) => scaled(bill, share))];
  const { calls, tokens, usd } = sumOfBills(bills);
  const seconds = secondsOfPlan(parts, bills, stepsOf(search, plan, level) * share, level);
  const callsOf = (role: Role) => sumOfBills(bills.filter((bill) => bill.role === role)).calls;
  return {
    calls: {
      target: callsOf("target"),
      reflection: callsOf("reflection"),
      judge: callsOf("judge"),
      source: callsOf("source"),
      total: calls,
    },
    tokens: Math.min(tokens, plan.budget.tokens ?? tokens),
    usd: usd === null ? null : Math.min(usd, plan.budget.usd ?? usd),
    seconds:
      seconds === null ? null : Math.min(seconds, (plan.budget.minutes ?? Number.POSITIVE_INFINITY) * 60),
    unmeasured: unmeasuredModels(parts, bills),
  };
}

/**
 * The minimum budget: the low estimate of base, one step of the search and gate, plus room for the worst case
 * of a call, without which none is sent. Dollars are null if a price is unknown.
 */
export function leastOf(parts: EstimateParts) {
  const { plan, source } = parts;
  const { test, validation } = plan.data.parts;
  const oneStep = { ...plan, optimizer: { ...plan.optimizer, maxSteps: 1 } };
  const search = searchCost(oneStep, source, Number.POSITIVE_INFINITY);
  const prices = pricesOf(parts, growthOf("low", parts, search), "low");
  const rolled = [
    prices.base(validation + test),
    prices.grown(test + Math.ceil(search.rollouts.low)),
    prices.source(plan.models.source === undefined ? 0 : test),
  ];
  const judged = prices.judge(sumOfBills(rolled).calls * source.judgeCalls.usual);
  const least = sumOfBills([...rolled, judged, prices.reflection(Math.ceil(search.reflections.low))]);
  const worst = worstTargetCall(parts);
  const before = sumOfBills([prices.base(validation)]);
  const reflecting = worstReflection(parts);
  const usual = sumOfBills([prices.base(1)]);
  return {
    calls: least.calls,
    tokens: Math.max(
      least.tokens + Math.max(0, worst.tokens - usual.tokens),
      before.tokens + reflecting.tokens,
    ),
    usd:
      least.usd === null
        ? null
        : Math.max(least.usd + Math.max(0, worst.usd - (usual.usd ?? 0)), (before.usd ?? 0) + reflecting.usd),
  };
}

/** The maximum cost of the longest row: the last call of the gate needs that much room. */
function worstTargetCall({ plan, models, source }: EstimateParts): Amount {
  const rows = [...source.split.validation, ...source.split.test].map(rowBound);
  const texts = [...Object.values(textsOf(plan.prompts)), JSON.stringify(plan.agent.tools)];
  const longest = rows.reduce((most, row) => Math.max(most, row), 0);
  return worstCall(modelChainOf(models[plan.models.target] as ModelSpec, models), texts, longest);
}

/** The maximum cost of a reflection with the shortest request. */
function worstReflection({ plan, models }: EstimateParts): Amount {
  const spec = models[plan.models.reflection] as ModelSpec;
  return worstCall(modelChainOf(spec, models), Object.values(textsOf(plan.prompts)));
}

/** Calls of a budget that remain after base and gate. */
function callsForSearch({ plan, source }: EstimateParts): number {
  const { test, validation } = plan.data.parts;
  const rollouts = validation + gateTargetCalls(plan) + (plan.models.source === undefined ? 0 : test);
  const left = (plan.budget.calls ?? Number.POSITIVE_INFINITY) - rollouts * (1 + source.judgeCalls.usual);
  return Math.max(0, left);
}

/** Steps without a reflection, as of an engine that only chooses rows. */
const mostStepsWithoutReflection = 6;

/** Steps of the search, each of which waits for the one before it. */
function stepsOf(
  { reflections, rollouts }: SearchCost,
  { optimizer }: OptimizationPlan,
  level: Level,
): number {
  if (reflections[level] > 0) return reflections[level] / optimizer.candidatesPerStep;
  return rollouts[level] > 0 ? Math.min(optimizer.maxSteps ?? Infinity, mostStepsWithoutReflection) : 0;
}

/** Tokens that a candidate's prompts have beyond the base's. */
function growthOf(level: Level, { plan, facts }: EstimateParts, search: SearchCost): number {
  const written = Math.max(tokensOfRules[level], estimatedPromptTokens(plan) * shareOfRules[level]);
  const rules = search.reflections[level] > 0 ? written : 0;
  return rules + (search.shownRows?.[level] ?? 0) * (facts.rowTokens + facts.answerTokens + tokensOfMarks);
}

/** Share of a search's requests that the budget covers. */
function shareThatFits({ budget }: OptimizationPlan, fixed: readonly Bill[], asked: readonly Bill[]): number {
  const [taken, wanted] = [sumOfBills(fixed), sumOfBills(asked)];
  const share = (cap: number | undefined, before: number, wish: number): number =>
    cap === undefined || wish === 0 ? 1 : Math.max(0, cap - before) / wish;
  return Math.min(
    1,
    share(budget.calls, taken.calls, wanted.calls),
    share(budget.tokens, taken.tokens, wanted.tokens),
    share(budget.usd, taken.usd ?? 0, wanted.usd ?? 0),
  );
}
/** Whole numbers from 10 up; smaller values, such as prices, keep their decimals. */
function round(value: number, how: (value: number) => number): number {
  const scale = value >= 10 ? 1 : 10_000;
  return how(value * scale) / scale;
}
