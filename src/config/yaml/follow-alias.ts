import { type Alias, isAlias, isMap, isNode, isScalar, type Node, visit } from "yaml";
import type { YamlDocument } from "../../formats/yaml/compose-yaml.ts";
import { sectionsOf, type ThingKind } from "../layout.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import type { KeyPath } from "../tree.ts";

const mostExpansions = 100;
const mostExpandedValues = 100_000;

/** The current nesting: levels, aliases, and the nodes around. */
export interface Descent {
  readonly depth: number;
  readonly open: ReadonlySet<Node>;
  /** Aliases followed so far for the outermost one; absent outside of any alias. */
  readonly chain?: { expansions: number; isRefused?: boolean };
}

export const topLevel: Descent = { depth: 0, open: new Set() };

export function enter(node: Node, descent: Descent): Descent {
  return { ...descent, depth: descent.depth + 1, open: new Set(descent.open).add(node) };
}

/** Resolves aliases, within the limits that keep small files small. */
export interface AliasFollower {
  /** Undefined if the alias has no target or exceeds a limit; the latter is reported. */
  follow(alias: Alias, path: KeyPath, descent: Descent): { node: Node; descent: Descent } | undefined;
  /** Counts a value that comes from an alias. */
  countExpanded(): void;
}

export function createAliasFollower(
  targets: AliasTargets,
  placeOf: (node: unknown) => SourcePlace,
  problems: Problems,
): AliasFollower {
  let expandedValues = 0;
  return {
    countExpanded: () => {
      expandedValues++;
    },
    follow(alias, path, descent) {
      const refuse = (message: string, hint: string) => {
        problems.reportAt(placeOf(alias), path, message, hint);
        problems.mute(path);
        return undefined;
      };
      const node = targets.targetOf(alias);
      if (node === undefined) return undefined;
      if (descent.open.has(node))
        return refuse(`alias *${alias.source} is inside its own anchor`, "remove it");
      const chain = descent.chain ?? { expansions: 0 };
      chain.expansions++;
      const limit = limitPassed(chain.expansions, expandedValues);
      // Report once; further values of the same alias are dropped silently.
      if (limit !== undefined && chain.isRefused !== true)
        refuse(`alias *${alias.source} expands to too many values`, limit);
      chain.isRefused = limit !== undefined;
      if (limit !== undefined) return undefined;
      return { node, descent: { ...descent, chain } };
    },
  };
}

function limitPassed(expansions: number, expandedValues: number): string | undefined {
  if (expansions > mostExpansions) return `one alias may lead to at most ${mostExpansions} others`;
  if (expandedValues <= mostExpandedValues) return undefined;
  return `all aliases together may expand to at most ${mostExpandedValues} values`;
}

interface Thing {
  readonly kind: ThingKind;
  readonly key: string;
}

/** The targets of a document's aliases. */
export interface AliasTargets {
  /** The nearest node before the alias that has its anchor. */
  targetOf(alias: Alias): Node | undefined;
  /** A later anchor of that name, which no alias can reach. */
  laterAnchor(name: string): Node | undefined;
  /** The thing that this node declares, such as `prompts.x`, if it does. */
  thingOf(node: Node): Thing | undefined;
  /** Keys of the things of a kind. A key in both `llms` and `models` is listed twice. */
  keysOf(kind: ThingKind): readonly string[];
  /** The section that declares the thing of this kind and key. */
  sectionOf(kind: ThingKind, key: string): KeyPath;
  readonly anchors: readonly string[];
}

export function findAliasTargets(document: YamlDocument): AliasTargets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });

  const things = new Map<Node, Thing>();
  const declared: (Thing & { readonly section: KeyPath })[] = [];
  for (const kind of Object.keys(sectionsOf) as ThingKind[]) {
    for (const section of sectionsOf[kind]) {
      const map = section.reduce<unknown>(
        (here, key) => (isMap(here) ? here.get(key, true) : undefined),
        document.contents,
      );
      if (!isMap(map)) continue;
      for (const { key, value } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined || !isNode(value)) continue;
        declared.push({ kind, key: name, section });
        if (!isAlias(value)) things.set(value, { kind, key: name });
      }
    }
  }

  return {
    targetOf: (alias) => targets.get(alias),
    laterAnchor: (name) => anchors.get(name),
    thingOf: (node) => things.get(node),
    keysOf: (kind) => declared.filter((thing) => thing.kind === kind).map(({ key }) => key),
    sectionOf: (kind, key) =>
      declared.find((thing) => thing.kind === kind && thing.key === key)?.section ??
      sectionsOf[kind][0] ??
      [],
    anchors: [...anchors.keys()],
  };
}
