import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

/** The `<<` of YAML 1.1, which dao-ai's files live on. In quotes it is a key like any other. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

export interface MergeSource {
  readonly map: YAMLMap;
  /** The alias it was reached by; absent for a map written on the spot. */
  readonly alias?: Alias;
}

/**
 * Maps that a `<<` pulls in, in order of precedence: a map, an alias of one, or a list of either.
 * `follow` gives an alias' target, or undefined when it has reported that there is none; anything
 * else that is no map goes to `refuse`.
 */
export function mergeSources(
  pair: Pair,
  follow: (alias: Alias) => Node | undefined,
  refuse: (node: unknown) => void,
): MergeSource[] {
  const listed = isSeq(pair.value) ? pair.value.items : [pair.value];
  return listed.flatMap((item): MergeSource[] => {
    const target = isAlias(item) ? follow(item) : item;
    if (isMap(target)) return [isAlias(item) ? { map: target, alias: item } : { map: target }];
    if (target !== undefined) refuse(item);
    return [];
  });
}
