import { type Alias, isAlias, isScalar, type Node, type Pair, type YAMLMap } from "yaml";
import type { KeyPath } from "../key-path.ts";
import { isAllowedKey } from "../layout.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import type { AliasTargets } from "./alias-targets.ts";
import { type AliasFollower, type Descent, enter } from "./follow-alias.ts";
import { isMergeKey, mergeSources } from "./merge-keys.ts";
import { resolveByName } from "./unresolved-alias.ts";

export interface Entry {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: unknown;
  readonly descent: Descent;
}

export interface EntryReader {
  /** Own entries in file order, then merged ones that no own or earlier entry has. */
  entriesOf(map: YAMLMap, path: KeyPath, descent: Descent): Entry[];
  /** A key as text; undefined when it cannot be one, which has been reported. */
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
    // `1.0`, `007` and `null` as keys are the text the user wrote.
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
        const hint = `it is first given in line ${placeOf(first.keyNode).line}; remove one`;
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
        "name a map by its alias: `<<: *base`",
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
