import { isAlias, isMap, isScalar, isSeq, type Node, visit, type YAMLMap } from "yaml";
import { maxYamlDepth } from "../../formats/yaml/compose-yaml.ts";
import { hasFreeKeys, isIgnoredSection, isOpaque, isRowData, isThing, referenceKind } from "../layout.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace, SourcePlaces } from "../source-places.ts";
import { dotted, type KeyPath, type Tree, type TreeMap } from "../tree.ts";
import { createAliasFollower, type Descent, enter, findAliasTargets, topLevel } from "./follow-alias.ts";
import { createEntryReader } from "./map-entries.ts";
import type { ParsedYaml } from "./parse-config-yaml.ts";
import { resolveByName } from "./unresolved-alias.ts";

interface BuiltTree {
  readonly tree: Tree;
  /** Dotted paths of ignored dao-ai sections. */
  readonly ignored: readonly string[];
}

/**
 * Converts YAML nodes to plain data. An alias of a thing, where a reference is allowed, becomes the thing's
 * key, which keeps its identity. Other aliases are expanded, within limits. Free `x-` keys, empty values and
 * ignored dao-ai sections are left out.
 */
export function buildTree(
  { document, placeOf, text }: ParsedYaml,
  places: Pick<SourcePlaces, "known" | "texts">,
  problems: Problems,
): BuiltTree {
  const placeOfNode = (node: unknown): SourcePlace => placeOf((node as Node | null)?.range?.[0] ?? 0);
  const targets = findAliasTargets(document);
  const follower = createAliasFollower(targets, placeOfNode, problems);
  const { entriesOf, readKey } = createEntryReader(targets, follower, placeOfNode, problems);
  const ignored: string[] = [];

  function refuse(node: unknown, path: KeyPath, message: string, hint: string): undefined {
    problems.reportAt(placeOfNode(node), path, message, hint);
    problems.mute(path);
  }

  function build(node: unknown, path: KeyPath, descent: Descent): Tree | undefined {
    if (descent.chain !== undefined) follower.countExpanded();
    if (isAlias(node)) {
      const target = targets.targetOf(node);
      if (target === undefined)
        return resolveByName(node, path, placeOfNode(node), targets, problems, "value");
      const thing = targets.thingOf(target);
      if (thing !== undefined && thing.kind === referenceKind(path)) return thing.key;
      const followed = follower.follow(node, path, descent);
      return followed && build(followed.node, path, followed.descent);
    }
    if (descent.depth > maxYamlDepth)
      return refuse(node, path, `nested deeper than ${maxYamlDepth} levels`, "flatten it");
    if (isMap(node)) return buildMap(node, path, descent);
    if (isSeq(node)) return buildList(node.items, path, enter(node, descent));
    return isScalar(node) ? buildScalar(node.value, node, path) : null;
  }

  function buildScalar(value: unknown, node: Node, path: KeyPath): Tree | undefined {
    if (typeof value === "number" && !Number.isFinite(value))
      return refuse(node, path, `${value} is not a number in JSON`, "write it in quotes, or leave it out");
    if (typeof value === "string") rememberText(node, path);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  }

  function buildList(items: readonly unknown[], path: KeyPath, descent: Descent): Tree[] {
    return items.flatMap((item, at) => {
      const here = [...path, String(at)];
      remember(here, item);
      const built = build(item, here, descent);
      // Wrapped, so that a list inside a list stays a list.
      return built === undefined ? [] : [built];
    });
  }

  function buildMap(map: YAMLMap, path: KeyPath, descent: Descent): TreeMap {
    const result: TreeMap = {};
    for (const { key, keyNode, value, descent: inside } of entriesOf(map, path, enter(map, descent))) {
      const here = [...path, key];
      if (key.startsWith("x-") && !hasFreeKeys(path)) continue;
      if (isIgnoredSection(here, isSeq(value))) {
        ignored.push(dotted(here));
        scanIgnored(value, here);
        continue;
      }
      remember(here, keyNode);
      const built = build(value, here, inside);
      // A thing without content still exists, and lacks its required keys.
      if (built === null && isThing(here)) result[key] = {};
      else if (built !== undefined && (built !== null || isOpaque(here))) result[key] = built;
    }
    return result;
  }

  function remember(path: KeyPath, node: unknown): void {
    // For rows, the place of the first line suffices: a file may hold many.
    if (isRowData(path.slice(0, -2))) return;
    const name = dotted(path);
    if (!places.known.has(name)) places.known.set(name, placeOfNode(node));
  }

  function rememberText(node: Node, path: KeyPath): void {
    if (isRowData(path) || node.range === undefined || node.range === null) return;
    const name = dotted(path);
    const [start, end] = node.range;
    if (!places.texts.has(name))
      places.texts.set(name, {
        source: text.slice(start, end),
        placeAt: (offset) => placeOf(start + offset),
      });
  }

  /** Ignored sections must still be safe and well-formed. */
  function scanIgnored(value: unknown, path: KeyPath): void {
    visit((isAlias(value) || isMap(value) || isSeq(value) ? value : null) as Node | null, {
      Alias(_key, alias) {
        if (targets.targetOf(alias) !== undefined) return;
        resolveByName(alias, path, placeOfNode(alias), targets, problems, "ignored");
      },
      Pair(_key, { key }) {
        if (isScalar(key)) readKey(key, path);
      },
    });
  }

  return { tree: build(document.contents, [], topLevel) ?? {}, ignored };
}
