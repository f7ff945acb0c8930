import type { Deployment } from "../contracts/registry.ts";

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
 * versions that are gone, do not count. Undefined when there was none.
 */
export function versionBefore(
  deployments: readonly Deployment[],
  environment: string,
  isThere: (version: number) => boolean,
): number | undefined {
  const now = deployedVersions(deployments).get(environment);
  return deployments
    .filter((deployment) => deployment.environment === environment)
    .map(({ to }) => to)
    .filter((version): version is number => version !== null && version !== now && isThere(version))
    .at(-1);
}
