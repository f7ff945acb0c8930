import type { PromptVersion } from "../../contracts/registry.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { UsageError } from "../../core/errors.ts";

/** A prompt to score on rows. */
export interface EvalTarget {
  /** `base`, `source`, or the URI of a version. */
  readonly reference: string;
  readonly plan: OptimizationPlan;
  readonly modelKey: string;
  /** The source model answers directly, not through the user's application. */
  readonly usesAgent: boolean;
}

/**
 * For each optimization: its base, the source model with the base, and the named versions of its prompts. A
 * version of another prompt is accepted if there is only one prompt it could replace.
 */
export function evalTargetsOf(
  plans: readonly OptimizationPlan[],
  versions: readonly PromptVersion[],
): readonly (readonly EvalTarget[])[] {
  const [only, ...others] = plans.flatMap(({ prompts }) => prompts);
  const paths = new Set(plans.flatMap(({ prompts }) => prompts.map(({ path }) => path)));
  const stranger = versions.find(({ path }) => !paths.has(path));
  if (stranger !== undefined && others.length > 0) {
    throw new UsageError(`${stranger.uri} is not a version of any prompt in this config`, {
      hint: `these are: ${[...paths].join(", ")}`,
    });
  }
  return plans.map((plan) => {
    const { target, source } = plan.models;
    return [
      { reference: "base", plan, modelKey: target, usesAgent: true },
      ...(source === undefined ? [] : [sourceTarget(plan, source)]),
      ...versions.flatMap((version): EvalTarget[] => {
        const replaced = plan.prompts.find(({ path }) => path === version.path) ?? (stranger && only);
        if (replaced === undefined) return [];
        const prompts = plan.prompts.map((prompt) =>
          prompt === replaced
            ? {
                ...prompt,
                template: version.template,
                templateLanguage: version.templateLanguage,
                baseVersion: version.version,
              }
            : prompt,
        );
        return [{ reference: version.uri, plan: { ...plan, prompts }, modelKey: target, usesAgent: true }];
      }),
    ];
  });
}

/** The source model with the prompt it actually uses. */
export function sourceTarget(plan: OptimizationPlan, modelKey: string): EvalTarget {
  const prompts = plan.sourcePrompts ?? plan.prompts;
  return { reference: "source", plan: { ...plan, prompts }, modelKey, usesAgent: false };
}
