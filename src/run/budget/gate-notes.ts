import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import { textsOf } from "../../core/prompt-texts.ts";
import type { Project, ProjectOptimization } from "../../project/project.ts";
import type { Amount } from "./amount.ts";
import { answerersOf } from "./answerers.ts";
import { planNotes } from "./output-cap.ts";
import { gateWorst } from "./set-aside.ts";

// Where the gate takes more than this of a cap, a search may starve in spite of a generous budget.
const largeShare = 0.5;

/** What a person should know of a plan's own decisions, and of what they leave for the search. */
export function budgetNotes(plan: RunPlan, project: Project): readonly string[] {
  const notes = plan.optimizations.flatMap((one, at) =>
    gateNotes(one, plan.models, project.optimizations[at] as ProjectOptimization),
  );
  return [...planNotes(plan), ...notes];
}

function gateNotes(
  plan: OptimizationPlan,
  models: RunPlan["models"],
  { judgeCalls, split }: ProjectOptimization,
): readonly string[] {
  const { tokens, usd } = plan.budget;
  if (tokens === undefined && usd === undefined) return [];
  const answerers = (key: string) => {
    const spec = models[key];
    if (spec === undefined) throw new Error(`no model ${key} in the plan`);
    return answerersOf(spec, models);
  };
  const { target, judge, source } = plan.models;
  const worst = gateWorst(
    plan,
    {
      plan,
      target: { answerers: answerers(target) },
      judge: { answerers: answerers(judge) },
      scorer: { judgeCalls },
      ...(source === undefined ? {} : { source: answerers(source) }),
    },
    split,
    textsOf(plan.prompts),
  );
  return [
    ...(tokens === undefined ? [] : shareNote(plan.name, worst, tokens, "tokens")),
    ...(usd === undefined ? [] : shareNote(plan.name, worst, usd, "usd")),
  ];
}

function shareNote(name: string, worst: Amount, cap: number, limit: "tokens" | "usd"): readonly string[] {
  if (worst[limit] <= cap * largeShare) return [];
  const shown = (amount: number) =>
    limit === "usd" ? `${amount.toFixed(2)} USD` : `${Math.ceil(amount).toLocaleString("en-US")} tokens`;
  return [
    `${name}: of a budget of ${shown(cap)}, up to ${shown(worst[limit])} are set aside for the gate, whose answers may be as long as max_tokens allows; a smaller max_tokens leaves more for the search`,
  ];
}
