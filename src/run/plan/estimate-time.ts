import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { MeasuredTimes, TimedAnswers } from "../../contracts/model-times.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { agentTimesKeyOf, timesKeyOf } from "../../models/time-log.ts";
import { attempts, type Bill, type Level, type Role, reflectionOutputTokens } from "./estimate-bills.ts";

/** What the time of a plan depends on. */
export interface TimeParts {
  readonly plan: Pick<OptimizationPlan, "models" | "agent">;
  readonly models: Readonly<Record<string, ModelSpec>>;
  readonly times: MeasuredTimes;
  /** Concurrent calls, all models together. */
  readonly concurrency: number;
}

// Rule-based stand-ins answer at once.
const secondsOffline = 0.002;
/**
 * Answers of a step that wait for one another, on average: the child on its minibatch, and its validation. The
 * reflection comes on top. Measured by `node test/bench/run.js plan-time`.
 */
const answersPerStep = 2;

/**
 * Seconds of the calls, from the measured time of each model; null if one of them was never measured. The calls
 * share the concurrency, and the steps of a search wait for one another: `steps` is their number.
 */
export function secondsOfPlan(
  parts: TimeParts,
  bills: readonly Bill[],
  steps: number,
  level: Level,
): number | null {
  const secondsOf = (role: Role, key: string | undefined): number | null =>
    key === undefined ? 0 : secondsPerCall(parts, role, key, level);
  const timed = bills.filter(({ calls }) => calls > 0);
  const costs = timed.map((bill) => ({ bill, each: secondsOf(bill.role, bill.model) }));
  if (costs.some(({ each }) => each === null)) return null;
  const worked = costs.map(({ bill, each }) => ({
    ...bill,
    seconds: bill.calls * (each ?? 0) * attempts[level],
  }));
  const { target, reflection, judge } = parts.plan.models;
  const isUsed = (role: Role) => timed.some((bill) => bill.role === role);
  const answer =
    (secondsOf("target", target) ?? 0) + (isUsed("judge") ? (secondsOf("judge", judge) ?? 0) : 0);
  const reflect = isUsed("reflection") ? (secondsOf("reflection", reflection) ?? 0) : 0;
  // The base before the search, and the gate after it.
  const chain = 2 * answer + steps * (reflect + answersPerStep * answer);
  const together = secondsTogether(worked, parts);
  if (level === "low") return Math.max(together, chain);
  const side = Math.min(parts.concurrency, parts.models[target]?.limits.concurrency ?? parts.concurrency);
  return together + chain * (1 - 1 / side);
}

/** Names of the models that were never measured and that these bills call. */
export function unmeasuredModels(parts: TimeParts, bills: readonly Bill[]): readonly string[] {
  const unknown = bills.flatMap(({ calls, role, model }) =>
    calls > 0 && model !== undefined && secondsPerCall(parts, role, model, "likely") === null ? [model] : [],
  );
  return [...new Set(unknown)];
}

function secondsPerCall(
  { plan, models, times }: TimeParts,
  role: Role,
  key: string,
  level: Level,
): number | null {
  const spec = models[key];
  const { run } = plan.agent;
  if (role === "target" && run !== undefined) return secondsOfTimed(times[agentTimesKeyOf(run)]?.answers);
  if (spec === undefined) return null;
  if (spec.provider === "offline") return (spec.simulate?.latencyMs ?? 0) / 1000 + secondsOffline;
  const measured = times[timesKeyOf(spec)];
  if (role !== "reflection") return secondsOfTimed(measured?.answers ?? measured?.reflections);
  if (measured?.reflections !== undefined) return secondsOfTimed(measured.reflections);
  return measured?.answers === undefined ? null : secondsOfLong(measured.answers, level);
}

function secondsOfTimed(timed: TimedAnswers | undefined): number | null {
  return timed === undefined ? null : timed.meanMs / 1000;
}

/** A long text of a model whose short answers were timed: between no longer, and longer by its tokens. */
function secondsOfLong({ meanMs, meanOutputTokens }: TimedAnswers, level: Level): number {
  const seconds = meanMs / 1000;
  const longer = Math.max(1, reflectionOutputTokens / Math.max(1, meanOutputTokens));
  return seconds * { low: 1, likely: Math.sqrt(longer), high: longer }[level];
}

/**
 * Duration of the calls side by side: that of all calls together, or of the model with the most restrictive
 * `limits` of its own.
 */
function secondsTogether(
  bills: readonly (Bill & { readonly seconds: number })[],
  { models, concurrency }: Pick<TimeParts, "models" | "concurrency">,
): number {
  const sum = (some: typeof bills, read: (bill: (typeof bills)[number]) => number) =>
    some.reduce((total, bill) => total + read(bill), 0);
  const keys = new Set(bills.flatMap(({ model }) => model ?? []));
  const heldBack = [...keys].map((key) => {
    const own = bills.filter(({ model }) => model === key);
    const { concurrency: side = concurrency, requestsPerMinute, tokensPerMinute } = models[key]?.limits ?? {};
    return Math.max(
      sum(own, ({ seconds }) => seconds) / Math.min(side, concurrency),
      requestsPerMinute === undefined ? 0 : (sum(own, ({ calls }) => calls) / requestsPerMinute) * 60,
      tokensPerMinute === undefined ? 0 : (sum(own, ({ tokens }) => tokens) / tokensPerMinute) * 60,
    );
  });
  return Math.max(sum(bills, ({ seconds }) => seconds) / concurrency, ...heldBack);
}
