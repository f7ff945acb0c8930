import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { isAllowedKey } from "../layout.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import type { KeyPath } from "../tree.ts";
import { type AliasFollower, type AliasTargets, type Descent, enter } from "./follow-alias.ts";
import { resolveByName } from "./unresolved-alias.ts";

interface Entry {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: unknown;
  readonly descent: Descent;
}

interface EntryReader {
  /** Own entries in file order, then merged ones without an own or earlier entry. */
  entriesOf(map: YAMLMap, path: KeyPath, descent: Descent): Entry[];
  /** A key as text; undefined if it is invalid, which is reported. */
  readKey(node: unknown, path: KeyPath): string | undefined;
}

export function createEntryReader(
  targets: AliasTargets,
  follower: AliasFollower,
  placeOf: (node: unknown) => SourcePlace,
  problems: Problems,
): EntryReader {
  function readKey(node: unknown, path: KeyPath): string | undefined {
    const scalar = isAlias(node) ? targets.targetOf(node) : node;
    if (!isScalar(scalar)) {
      const hint = "put text with braces or brackets in quotes";
      problems.reportAt(placeOf(node), path, "a key must be plain text", hint);
      problems.mute(path);
      return undefined;
    }
    // Keys such as `1.0`, `007` and `null` keep the text of the file.
    const key =
      typeof scalar.value === "string" ? scalar.value : (scalar.source ?? String(scalar.value ?? ""));
    if (isAllowedKey(key)) return key;
    const message = key === "" ? "a key must not be empty" : "this key is not allowed";
    problems.reportAt(placeOf(node), [...path, key], message, "rename it");
    return undefined;
  }

  function ownEntries(map: YAMLMap, path: KeyPath, descent: Descent): Map<string, Entry> {
    const own = new Map<string, Entry>();
    for (const pair of map.items) {
      const key = isMergeKey(pair.key) ? undefined : readKey(pair.key, path);
      if (key === undefined) continue;
      const first = own.get(key);
      if (first === undefined) own.set(key, { key, keyNode: pair.key, value: pair.value, descent });
      else {
        const hint = `it first appears in line ${placeOf(first.keyNode).line}; remove one`;
        problems.reportAt(placeOf(pair.key), [...path, key], "duplicate key", hint);
      }
    }
    return own;
  }

  function mergedMaps(pair: Pair, path: KeyPath, descent: Descent): { map: YAMLMap; descent: Descent }[] {
    const descents = new Map<Alias, Descent>();
    const follow = (alias: Alias): Node | undefined => {
      if (targets.targetOf(alias) === undefined)
        resolveByName(alias, path, placeOf(alias), targets, problems, "merge");
      const followed = follower.follow(alias, path, descent);
      if (followed !== undefined) descents.set(alias, followed.descent);
      return followed?.node;
    };
    const refuse = (node: unknown) =>
      problems.reportAt(
        placeOf(node),
        path,
        "`<<` takes a map, or a list of maps",
        "refer to a map by its alias: `<<: *base`",
      );
    return mergeSources(pair, follow, refuse).map(({ map, alias }) => ({
      map,
      descent: (alias && descents.get(alias)) ?? descent,
    }));
  }

  function entriesOf(map: YAMLMap, path: KeyPath, descent: Descent): Entry[] {
    const entries = ownEntries(map, path, descent);
    for (const pair of map.items.filter(({ key }) => isMergeKey(key))) {
      for (const source of mergedMaps(pair, path, descent)) {
        for (const entry of entriesOf(source.map, path, enter(source.map, source.descent)))
          if (!entries.has(entry.key)) entries.set(entry.key, entry);
      }
    }
    return [...entries.values()];
  }

  return { entriesOf, readKey };
}

/** The `<<` of YAML 1.1, which dao-ai's files rely on. In quotes it is an ordinary key. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

interface MergeSource {
  readonly map: YAMLMap;
  /** The alias of the map; absent for an inline map. */
  readonly alias?: Alias;
}

/**
 * Maps that a `<<` merges, in order of precedence: a map, an alias of one, or a list of either. `follow`
 * resolves an alias, or returns undefined after reporting that it has no target. Anything but a map goes to
 * `refuse`.
 */
function mergeSources(
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
