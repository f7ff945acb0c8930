import type { ConfigIssue } from "../../core/errors.ts";
import type { Project } from "../../project/project.ts";
import { leastOf } from "../plan/estimate.ts";
import type { EstimateParts } from "../plan/estimate-parts.ts";
import { shownUsd } from "./shown-usd.ts";

/**
 * Budgets in calls, tokens and dollars that cannot pay for the base, one step of the search and the gate even by the
 * low estimate, each with the least that would do.
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
      message: `${given} cannot pay for the base on ${validation} validation rows, one step of the search and the gate on ${test} test rows`,
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
