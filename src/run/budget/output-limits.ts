import type { ModelSpec, OutputLimit } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import { ownOutputLimit, usualOutputLimit } from "../../models/limits/known-models.ts";
import { modelChainOf } from "./worst-case.ts";

type Models = RunPlan["models"];

/** Factor of the one further limit with which a cut-off answer is requested again. */
const enlargement = 4;

/**
 * The models of a plan, with output limits where budgets in tokens or dollars need them: without a limit, the
 * worst case of a call is unbounded. A model with the user's own `max_tokens` keeps it.
 */
export function withPlannedLimits(models: Models, optimizations: readonly OptimizationPlan[]): Models {
  const setBy = new Map<string, string>();
  for (const { name, budget, models: used } of optimizations) {
    const cap = budget.usd === undefined ? "tokens" : "usd";
    if (budget[cap] === undefined) continue;
    for (const key of Object.values(used).filter((one) => one !== undefined)) {
      for (const spec of modelChainOf(models[key] as ModelSpec, models)) {
        if (!setBy.has(spec.key)) setBy.set(spec.key, `budget.${cap} of ${name}`);
      }
    }
  }
  return limited(models, "plan", (key) => setBy.get(key));
}

/**
 * The models of a session with `--max-cost`: those without a limit get one, which is not part of the plan.
 */
export function withSessionLimits(models: Models, { usd }: { readonly usd?: number }): Models {
  return usd === undefined ? models : limited(models, "flag", () => "--max-cost");
}

function limited(
  models: Models,
  origin: OutputLimit["origin"],
  setterOf: (key: string) => string | undefined,
): Models {
  const pairs = Object.entries(models).map(([key, spec]): [string, ModelSpec] => {
    const setBy = setterOf(key);
    if (setBy === undefined || ownOutputLimit(spec) !== undefined || spec.outputLimit !== undefined)
      return [key, spec];
    const tokens = usualOutputLimit(spec.name);
    return [key, { ...spec, outputLimit: { tokens, enlarged: tokens * enlargement, setBy, origin } }];
  });
  return Object.fromEntries(pairs);
}

/**
 * The limit that cut an answer off and how to change it, as part of a sentence: "… was cut off by the limit
 * of …".
 */
export function limitReason(key: string, { enlarged, setBy }: OutputLimit): string {
  return `the limit of ${enlarged.toLocaleString("en-US")} output tokens that ${setBy} sets; max_tokens of resources.llms.${key} replaces it`;
}

/** Warning for the first answer of a model that such a limit cuts off. */
export function cutOffWarning({ key, outputLimit }: ModelSpec): string {
  const { tokens, enlarged, setBy } = outputLimit as OutputLimit;
  const shown = (count: number) => count.toLocaleString("en-US");
  return `${key}: an answer was cut off by the limit of ${shown(tokens)} output tokens that ${setBy} sets; such answers are requested once more with ${shown(enlarged)}. Set max_tokens of resources.llms.${key} to choose the limit yourself`;
}

/** Notes about the limits that a plan sets. */
export function limitNotes({ models }: RunPlan): readonly string[] {
  const bySize = new Map<string, string[]>();
  for (const { key, outputLimit } of Object.values(models)) {
    if (outputLimit?.origin !== "plan") continue;
    const size = String(outputLimit.tokens);
    bySize.set(size, [...(bySize.get(size) ?? []), key]);
  }
  return [...bySize].map(
    ([size, keys]) =>
      `max_tokens ${size} is sent to ${keys.join(", ")}, to bound the budget; set your own max_tokens to replace it`,
  );
}
