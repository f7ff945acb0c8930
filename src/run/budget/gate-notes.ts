import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { ConfigIssue } from "../../core/errors.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import { leastOf } from "../plan/estimate.ts";
import type { EstimateParts } from "../plan/estimate-parts.ts";
import { shownUsd } from "./amount.ts";
import { gateReserve } from "./gate-reserve.ts";
import { limitNotes } from "./output-limits.ts";
import { modelChainOf } from "./worst-case.ts";

// Above this share of a cap for the gate, a search may run short in spite of a large budget.
const largeShare = 0.5;

/** Notes about a plan's own decisions and what they leave for the search. */
export function budgetNotes(plan: RunPlan, project: Project): readonly string[] {
  const notes = plan.optimizations.flatMap((one, at) =>
    gateNotes(one, plan.models, project.optimizations[at] as ProjectOptimization),
  );
  return [...limitNotes(plan), ...notes];
}

function gateNotes(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  { judgeCalls, split }: ProjectOptimization,
): readonly string[] {
  const { tokens, usd } = plan.budget;
  if (tokens === undefined && usd === undefined) return [];
  const modelChain = (key: string) => modelChainOf(models[key] as ModelSpec, models);
  const evaluation = {
    plan,
    target: { modelChain: modelChain(plan.models.target) },
    judge: { modelChain: modelChain(plan.models.judge) },
    scorer: { judgeCalls },
  };
  const reserve = gateReserve({ plan, models, evaluation, split }, []);
  return [
    ...shareNote(
      plan.name,
      reserve.tokens,
      tokens,
      (amount) => `${Math.ceil(amount).toLocaleString("en-US")} tokens`,
    ),
    ...shareNote(plan.name, reserve.usd, usd, (amount) => `${shownUsd(amount)} USD`),
  ];
}

function shareNote(
  name: string,
  reserve: number,
  cap: number | undefined,
  shown: (amount: number) => string,
): readonly string[] {
  if (cap === undefined || reserve <= cap * largeShare) return [];
  return [
    `${name}: about ${shown(reserve)} of the budget of ${shown(cap)} are kept for the gate; to leave more for the search, raise the budget, lower max_tokens or use fewer test rows`,
  ];
}

/**
 * Issues for budgets in calls, tokens and dollars that do not cover the base, one step of the search and the
 * gate even by the low estimate, each with the minimum that would.
 */
export function hopelessBudgets(parts: EstimateParts, project: Project): readonly ConfigIssue[] {
  const { plan, source } = parts;
  const { calls, tokens, usd } = plan.budget;
  if (calls === undefined && tokens === undefined && usd === undefined) return [];
  const least = leastOf(parts);
  const { test, validation } = plan.data.parts;
  const issue = (key: string, given: string, needed: string): ConfigIssue => {
    const path = `optimizations.prompt_optimizations.${source.config.key}.budget.${key}`;
    return {
      file: project.file,
      ...project.locate(path),
      path,
      message: `${given} does not cover the base on ${validation} validation rows, one step of the search and the gate on ${test} test rows`,
      hint: `allow at least ${needed}, or give the split a smaller test share`,
    };
  };
  const whole = (count: number) => Math.ceil(count).toLocaleString("en-US");
  return [
    ...(calls !== undefined && calls < Math.ceil(least.calls)
      ? [issue("calls", `${whole(calls)} calls`, whole(least.calls))]
      : []),
    ...(tokens !== undefined && tokens < least.tokens
      ? [issue("tokens", `${whole(tokens)} tokens`, whole(least.tokens))]
      : []),
    ...(usd !== undefined && least.usd !== null && usd < least.usd
      ? [issue("usd", `${shownUsd(usd)} USD`, shownUsd(least.usd, least.usd, Math.ceil))]
      : []),
  ];
}
