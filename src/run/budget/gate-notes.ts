import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import { gateReserve } from "./gate-reserve.ts";
import { modelChainOf } from "./model-chain.ts";
import { limitNotes } from "./output-limits.ts";
import { shownUsd } from "./shown-usd.ts";

// Where the gate takes more than this of a cap, a search may starve in spite of a generous budget.
const largeShare = 0.5;

/** What a person should know of a plan's own decisions, and of what they leave for the search. */
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
    `${name}: of a budget of ${shown(cap)}, about ${shown(reserve)} are kept for the gate; a larger budget, a smaller max_tokens or fewer test rows leave more for the search`,
  ];
}
