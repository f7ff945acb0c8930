import { kindAt } from "../layout.ts";
import { isTreeMap, type KeyPath, type Tree, type TreeMap } from "../tree.ts";

/** Keys of the schemas that no prompt names. A prompt that uses one by alias holds a copy of it. */
export function unneededSchemas(tree: TreeMap): ReadonlySet<string> {
  const { schemas } = tree;
  if (!isTreeMap(schemas)) return new Set();
  const named = new Set(namesOfSchemas(tree, []));
  const keys = Object.keys(schemas);
  // A name that is no key may be the name of any of them.
  if ([...named].some((name) => !keys.includes(name))) return new Set();
  return new Set(keys.filter((key) => !named.has(key)));
}

function namesOfSchemas(value: Tree, path: KeyPath): readonly string[] {
  if (typeof value === "string") {
    const isOfPrompt = path.at(-1) === "schema" && kindAt(path.slice(0, -1)) === "prompt";
    return isOfPrompt ? [value] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => namesOfSchemas(inner, [...path, key]));
}
