import type { ModelSpec } from "../contracts/model-spec.ts";
import type { Estimate, OptimizationPlan, PlanEstimate } from "../contracts/run-plan.ts";
import { costUsd, estimateTokens, type TokenUsage } from "../core/usage.ts";
import { outputCapOf } from "./budget/worst-case.ts";

/** What a pure estimate needs to know of rows and scorers. */
export interface EstimateFacts {
  /** Mean estimated tokens of a row's inputs. */
  readonly rowTokens: number;
  /** Mean estimated tokens of an expected answer. */
  readonly answerTokens: number;
  readonly judgeCallsPerScore: number;
}

type Level = keyof Estimate;
const levels: readonly Level[] = ["low", "likely", "high"];

// Share of proposed candidates that end up measured on all validation rows.
const validatedShare: Record<Level, number> = { low: 0.1, likely: 0.4, high: 1 };
// Steps of the planned ones that are really made: a search may stop early.
const stepShare: Record<Level, number> = { low: 0.34, likely: 0.8, high: 1 };
// Rollouts a proposal takes besides its validation: parent's and child's minibatch.
const rolloutsPerProposal = 8;
const reflectionsPerProposal: Record<Level, number> = { low: 1, likely: 1.2, high: 2 };
const stepsWithoutLimit: Record<Level, number> = { low: 1, likely: 6, high: 20 };
const reflectionOutputTokens = 400;
const secondsPerCall: Record<Level, number> = { low: 0.4, likely: 1, high: 3 };

/** Calls of the gate: base and winner, and the source model when there is one, on every test row. */
export function gateTargetCalls(plan: OptimizationPlan): number {
  return 2 * plan.data.parts.test;
}

/** Calls by role, tokens, dollars and time of one optimization: low, likely, high. Pure. */
export function estimateOptimization(
  plan: OptimizationPlan,
  models: Readonly<Record<string, ModelSpec>>,
  facts: EstimateFacts,
  concurrency: number,
): PlanEstimate {
  const perLevel = levels.map((level) => estimateAt(level, plan, models, facts, concurrency));
  const pick = (read: (at: (typeof perLevel)[number]) => number): Estimate => ({
    low: round(read(perLevel[0] as (typeof perLevel)[number])),
    likely: round(read(perLevel[1] as (typeof perLevel)[number])),
    high: round(read(perLevel[2] as (typeof perLevel)[number])),
  });
  const isPriced = perLevel.every(({ usd }) => usd !== null);
  return {
    optimization: plan.name,
    calls: {
      target: pick((at) => at.target),
      reflection: pick((at) => at.reflection),
      judge: pick((at) => at.judge),
      total: pick((at) => at.target + at.reflection + at.judge),
    },
    tokens: pick((at) => at.tokens),
    usd: isPriced ? pick((at) => at.usd ?? 0) : null,
    seconds: pick((at) => at.seconds),
  };
}

function estimateAt(
  level: Level,
  plan: OptimizationPlan,
  models: Readonly<Record<string, ModelSpec>>,
  facts: EstimateFacts,
  concurrency: number,
) {
  const { candidatesPerStep, maxSteps } = plan.optimizer;
  const steps = maxSteps === null ? stepsWithoutLimit[level] : Math.max(1, maxSteps * stepShare[level]);
  const proposals = steps * candidatesPerStep;
  const gate = gateTargetCalls(plan) + (plan.models.source === undefined ? 0 : plan.data.parts.test);
  const base = plan.data.parts.validation;
  const search = proposals * (rolloutsPerProposal + validatedShare[level] * plan.data.parts.validation);
  const wanted = {
    target: base + gate + search,
    reflection: proposals * reflectionsPerProposal[level],
    judge: (base + gate + search) * facts.judgeCallsPerScore,
  };
  const total = wanted.target + wanted.reflection + wanted.judge;
  const cap = plan.budget.calls ?? Number.POSITIVE_INFINITY;
  const fit = Math.min(1, cap / total);
  const target = wanted.target * fit;
  const reflection = wanted.reflection * fit;
  const judge = wanted.judge * fit;

  const promptTokens = plan.prompts.reduce(
    (sum, { template }) => sum + estimateTokens(JSON.stringify(template)),
    0,
  );
  const answer = (spec: ModelSpec, usual: number) => Math.min(outputCapOf(spec), usual);
  const spend: [string, number, TokenUsage][] = [
    [plan.models.target, target, usage(promptTokens + facts.rowTokens, facts.answerTokens + 2)],
    [
      plan.models.reflection,
      reflection,
      usage(promptTokens + 3 * facts.rowTokens + 600, reflectionOutputTokens),
    ],
    [plan.models.judge, judge, usage(facts.rowTokens + 2 * facts.answerTokens + 250, 60)],
  ];
  let tokens = 0;
  let usd: number | null = 0;
  for (const [key, calls, one] of spend) {
    const spec = models[key] as ModelSpec;
    const used = { ...one, outputTokens: answer(spec, one.outputTokens) };
    tokens += calls * (used.inputTokens + used.outputTokens);
    const cost = calls === 0 ? 0 : costUsd(used, spec.price);
    usd = usd === null || cost === null ? null : usd + calls * cost;
  }
  const callsTotal = target + reflection + judge;
  return {
    target,
    reflection,
    judge,
    tokens: Math.min(tokens, plan.budget.tokens ?? tokens),
    usd: usd === null ? null : Math.min(usd, plan.budget.usd ?? usd),
    seconds: Math.min(
      (callsTotal * secondsPerCall[level]) / concurrency,
      (plan.budget.minutes ?? Number.POSITIVE_INFINITY) * 60,
    ),
  };
}

function usage(inputTokens: number, outputTokens: number): TokenUsage {
  return { inputTokens, outputTokens };
}

function round(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10_000) / 10_000;
}
