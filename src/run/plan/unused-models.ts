import { placedWarning } from "../../project/config-warnings.ts";
import type { Project } from "../../project/project.ts";

/** Models that an optimization names and never asks: a `scorer_model` where no scorer asks one. */
export function unusedModelNotes(project: Project): readonly string[] {
  return project.optimizations.flatMap(({ config, judgeCalls, scorers }) => {
    const path = `optimizations.prompt_optimizations.${config.key}`;
    if (judgeCalls.most > 0 || !isWritten(project, path, "scorer_model")) return [];
    const names = scorers.map(({ use }) => use).join(", ");
    const message = `no scorer of this optimization asks a model (${names}): remove it, or use a scorer that judges`;
    return [placedWarning(project, `${path}.scorer_model`, message)];
  });
}

/** Is the key there? Without it, what is found is the place of what is around it. */
function isWritten({ locate }: Pick<Project, "locate">, around: string, key: string): boolean {
  const [place, outer] = [locate(`${around}.${key}`), locate(around)];
  return place !== undefined && (place.line !== outer?.line || place.column !== outer.column);
}
