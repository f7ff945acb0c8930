import type { Deployment } from "../../contracts/registry.ts";

/** Environment → version deployed there now; emptied ones are left out. */
export function deployedVersions(deployments: readonly Deployment[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const { environment, to } of deployments) {
    if (to === null) held.delete(environment);
    else held.set(environment, to);
  }
  return held;
}

/**
 * The version an environment held before the one it holds now; moves to the same version again, and to
 * versions that are gone, do not count, nor does what a rollback undid. Undefined when there was none.
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

/** What an environment was moved to, one after the other, without the moves that were undone. */
function standing(deployments: readonly Deployment[]): readonly (number | null)[] {
  const held: (number | null)[] = [];
  for (const { to, isRollback } of deployments) {
    const back = isRollback === true ? held.lastIndexOf(to) : -1;
    if (back === -1) held.push(to);
    else held.length = back + 1;
  }
  return held;
}
