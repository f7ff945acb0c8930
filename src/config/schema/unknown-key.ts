import { nearNames } from "../../core/text/near-names.ts";
import { dotted, type KeyPath } from "../key-path.ts";
import { sectionsOf, type ThingKind } from "../layout.ts";
import { isTreeMap, type TreeMap, treeAt } from "../tree.ts";
import { allowedKeys } from "./allowed-keys.ts";
import { synonymOf } from "./key-synonyms.ts";

export interface UnknownKey {
  readonly hint: string;
  /** The key beside it that was meant. */
  readonly meant?: string;
  /** Things that are declared under it, as dotted paths of where they belong: naming them is no mistake. */
  readonly things: readonly string[];
}

const things: readonly (readonly [kind: string, section: KeyPath])[] = [
  ...(Object.entries(sectionsOf) as [ThingKind, readonly KeyPath[]][]).map(
    ([kind, [section = []]]) => [kind, section] as const,
  ),
  ["optimization", ["optimizations", "prompt_optimizations"]],
];

/** What a key that no map here has was meant to be. */
export function explainUnknownKey(path: KeyPath, key: string, tree: TreeMap): UnknownKey {
  const allowed = allowedKeys(path) ?? [];
  const misplaced = path.length === 0 ? thingAtTop(key, tree) : undefined;
  if (misplaced !== undefined) return misplaced;
  const [outer = "", inner = ""] = path;
  if (
    path.length === 2 &&
    outer !== "resources" &&
    outer !== "optimizations" &&
    allowedKeys([])?.includes(inner)
  ) {
    const hint = `${inner} is a section of its own; write it at the left edge, not below ${outer}`;
    return { hint, things: declared(path, [inner], tree) };
  }
  const free = allowed.filter((name) => treeAt(tree, [...path, name]) === undefined);
  const synonym = synonymOf(key, path);
  const [nearest] = nearNames(key, allowed);
  // Of a word that means something here and a slip of the pen, a slip of one letter is likelier.
  const meant = synonym === undefined ? nearest : allowed.includes(synonym) ? synonym : undefined;
  if (meant !== undefined) {
    const isThere = !free.includes(meant);
    return {
      hint: isThere
        ? `did you mean ${meant}, which is given too? keep one of them`
        : `did you mean ${meant}?`,
      ...(isThere ? {} : { meant }),
      things: declared([...path, key], [...path, meant], tree),
    };
  }
  if (synonym !== undefined) {
    const section = /^`resources: \{llms/.test(synonym) ? ["resources", "llms"] : undefined;
    const things = section === undefined ? [] : declared([...path, key], section, tree);
    return { hint: `write it as ${synonym}`, things };
  }
  const owner = ownerOf(path, key);
  return { hint: owner ?? "remove it, or start its name with x-", things: [] };
}

/** Another kind of thing that has the key. */
function ownerOf(path: KeyPath, key: string): string | undefined {
  if (path.length === 0 || key === "name" || key === "description") return undefined;
  const owners = things.filter(([, section]) => allowedKeys([...section, "x"])?.includes(key));
  const [owner] = owners;
  if (owner === undefined || owners.length > 2) return undefined;
  const [kind, section] = owner;
  return `it belongs to ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}: ${dotted(section)}.<key>.${key}`;
}

/** A prompt, a model … that stands at the top, as with an indentation lost. */
function thingAtTop(key: string, tree: TreeMap): UnknownKey | undefined {
  const value = tree[key];
  if (!isTreeMap(value) || Object.keys(value).length === 0) return undefined;
  const names = Object.keys(value).filter((name) => name !== "name" && name !== "description");
  const fits = ([, section]: readonly [string, KeyPath]) => {
    const allowed = allowedKeys([...section, "x"]) ?? [];
    return names.length > 0 && names.every((name) => allowed.includes(name));
  };
  const found = things.find(fits);
  if (found === undefined || allowedKeys([])?.includes(key)) return undefined;
  const [kind, section] = found;
  const hint = `it looks like ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}; indent it below \`${section.join(": ")}:\``;
  return { hint, things: [dotted([...section, key])] };
}

function declared(from: KeyPath, to: KeyPath, tree: TreeMap): readonly string[] {
  const value = treeAt(tree, from);
  return isTreeMap(value) ? Object.keys(value).map((key) => dotted([...to, key])) : [];
}
