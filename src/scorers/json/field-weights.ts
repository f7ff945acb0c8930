import { isUnder, type JsonPath } from "./fields.ts";

/**
 * The weight of each path: 1, unless it or something above it is listed. The weight of a listed
 * object is shared equally by the paths under it that are not listed closer.
 */
export function fieldWeights(paths: readonly JsonPath[], listed: Readonly<Record<string, number>>): number[] {
  const closestFirst = Object.keys(listed).sort((one, other) => other.length - one.length);
  const owners = paths.map((path) => closestFirst.find((name) => isUnder(path, name)));
  const sharers = new Map<string, number>();
  for (const owner of owners) if (owner !== undefined) sharers.set(owner, (sharers.get(owner) ?? 0) + 1);
  return owners.map((owner) =>
    owner === undefined ? 1 : (listed[owner] as number) / (sharers.get(owner) as number),
  );
}
