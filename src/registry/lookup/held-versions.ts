import type { Deployment } from "../../contracts/registry.ts";

/** Maps environments to deployed versions, without empty ones. */
export function deployedVersions(deployments: readonly Deployment[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const { environment, to } of deployments) {
    if (to === null) held.delete(environment);
    else held.set(environment, to);
  }
  return held;
}

/**
 * The previous version of an environment. Skips repeated deployments, deleted versions and moves undone by
 * rollbacks. Undefined without one.
 */
export function versionBefore(
  deployments: readonly Deployment[],
  environment: string,
  isThere: (version: number) => boolean,
): number | undefined {
  const now = deployedVersions(deployments).get(environment);
  return standing(deployments.filter((deployment) => deployment.environment === environment))
    .filter((version): version is number => version !== null && version !== now && isThere(version))
    .at(-1);
}

/** The deployed versions in order, without undone moves. */
function standing(deployments: readonly Deployment[]): readonly (number | null)[] {
  const held: (number | null)[] = [];
  for (const { to, isRollback } of deployments) {
    const back = isRollback === true ? held.lastIndexOf(to) : -1;
    if (back === -1) held.push(to);
    else held.length = back + 1;
  }
  return held;
}
