import { type Alias, isAlias, isMap, isNode, isScalar, type Node, visit } from "yaml";
import type { YamlDocument } from "../../formats/yaml/compose-yaml.ts";
import type { KeyPath } from "../key-path.ts";
import { sectionsOf, type ThingKind } from "../layout.ts";

export interface Thing {
  readonly kind: ThingKind;
  readonly key: string;
}

/** What aliases of a document stand for. */
export interface AliasTargets {
  /** The nearest node before the alias that carries its anchor. */
  targetOf(alias: Alias): Node | undefined;
  /** An anchor of that name further down, where no alias can reach it. */
  laterAnchor(name: string): Node | undefined;
  /** Is this node the declaration of a thing, such as `prompts.x`? */
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
