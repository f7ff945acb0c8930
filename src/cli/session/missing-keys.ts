import type { PlanEstimate, RunPlan } from "../../contracts/run-plan.ts";
import { ModelError } from "../../core/errors.ts";
import { missingKey } from "../../models/open-prompt-model.ts";
import { isWritten, placedWarning } from "../../project/config-warnings.ts";
import type { Project } from "../../project/project.ts";

/** A model that the plan calls but cannot reach. */
interface UncallableModel {
  readonly key: string;
  /** The error of its first call. */
  readonly error: ModelError;
}

/** Lists models the plan calls without an API key. */
export function uncallableModels(
  plan: RunPlan,
  project: Project,
  estimates: readonly PlanEstimate[],
): readonly UncallableModel[] {
  const called = plan.optimizations.flatMap(({ models, agent }, at) => {
    const calls = estimates[at]?.calls;
    const isOwn = agent.run !== undefined;
    return [
      ...(isOwn ? [] : [models.target]),
      ...((calls?.reflection.high ?? 0) > 0 ? [models.reflection] : []),
      ...((calls?.judge.high ?? 0) > 0 ? [models.judge] : []),
      ...(models.source === undefined || isOwn ? [] : [models.source]),
    ];
  });
  return [...new Set(called)].flatMap((key) => {
    const spec = project.models[key];
    const error = spec === undefined ? undefined : missingKey(spec, project.secrets[key] ?? { headers: {} });
    return error === undefined ? [] : [{ key, error }];
  });
}

/** One warning per model, with its place in the config. */
export function uncallableWarnings(
  models: readonly UncallableModel[],
  project: Pick<Project, "file" | "locate">,
): readonly string[] {
  return models.map(({ key, error }) =>
    placedWarning(
      project,
      isWritten(project, `resources.models.${key}`) ? `resources.models.${key}` : `resources.llms.${key}`,
      `${error.message}; ${error.hint ?? ""}`.replace(/; $/, ""),
    ),
  );
}

/** Throws one error for all models before any call. */
export function checkCallable(models: readonly UncallableModel[]): void {
  const [first, ...others] = models;
  if (first === undefined) return;
  if (others.length === 0) throw first.error;
  throw new ModelError(models.map(({ error }) => error.message).join("; "), {
    kind: first.error.kind,
    hint: [...new Set(models.flatMap(({ error }) => error.hint ?? []))].join("; "),
  });
}
