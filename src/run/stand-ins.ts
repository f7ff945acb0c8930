import type { RunPlan } from "../contracts/run-plan.ts";
import type { Project } from "../project/project.ts";

const mark = "https://not-set.invalid/";

/** What stands for an environment variable that is not set, where nothing is sent: a text that is a URL, too. */
export function standInFor(variable: string): string {
  return mark + encodeURIComponent(variable);
}

/** The project with the values of a stored plan where variables are not set now: a replay needs none of them. */
export function withStoredValues(project: Project, stored: RunPlan): Project {
  return {
    ...project,
    models: restored(project.models, stored.models),
    optimizations: project.optimizations.map((one) => {
      const { agent } = stored.optimizations.find(({ name }) => name === one.config.name) ?? {};
      return agent === undefined ? one : { ...one, agent: restored(one.agent, agent) };
    }),
  };
}

function restored<Value>(value: Value, stored: unknown): Value {
  if (typeof value === "string")
    return value.includes(mark) && typeof stored === "string" ? (stored as Value) : value;
  if (typeof value !== "object" || value === null || typeof stored !== "object" || stored === null)
    return value;
  if (Array.isArray(value))
    return value.map((item, at) => restored(item, (stored as readonly unknown[])[at])) as Value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    restored(item, (stored as Readonly<Record<string, unknown>>)[key]),
  ]);
  return Object.fromEntries(entries) as Value;
}
