import type { OptimizationTask } from "../../contracts/optimizer.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import { templateVariables } from "../../core/template/template.ts";

/** The task in words for a reflection model: what the prompt is for, and what every rewrite must keep. */
export function describeTask(plan: OptimizationPlan): Pick<OptimizationTask, "objective" | "contract"> {
  const descriptions = plan.prompts.flatMap(({ description }) => description ?? []);
  const scorers = plan.scorers.map(({ use }) => use).join(", ");
  const languageOf = (name: string) =>
    plan.prompts.find(({ key }) => name === key || name.startsWith(`${key}#`))?.templateLanguage ?? "default";
  const variables = Object.fromEntries(
    Object.entries(textsOf(plan.prompts)).map(([name, text]) => [
      name,
      templateVariables(text, languageOf(name)),
    ]),
  );
  const caps = plan.prompts.flatMap(({ maxPromptTokens }) => maxPromptTokens ?? []);
  return {
    objective: [
      ...descriptions,
      `Make the model's answers to inputs like these as right as possible, as rated by: ${scorers}.`,
    ].join(" "),
    contract: {
      variables,
      locked: plan.prompts.flatMap(({ locked }) => locked),
      ...(caps.length === 0 ? {} : { maxPromptTokens: caps.reduce((sum, cap) => sum + cap, 0) }),
    },
  };
}
