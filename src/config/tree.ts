/** An unvalidated config as plain data. */
export type Tree = string | number | boolean | null | Tree[] | TreeMap;
export interface TreeMap {
  [key: string]: Tree;
}

export function isTreeMap(value: Tree | undefined): value is TreeMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined if there is none. */
export function treeAt(tree: Tree | undefined, path: KeyPath): Tree | undefined {
  let here = tree;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = Array.isArray(here) ? here[Number(key)] : here[key];
  }
  return here;
}

/** Removes the value at a path. For an item, removes the whole list, so that positions do not shift. */
export function removeAt(tree: TreeMap, path: KeyPath): void {
  const owner = treeAt(tree, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(owner)) removeAt(tree, path.slice(0, -1));
  else if (isTreeMap(owner) && key !== undefined) delete owner[key];
}

/** A path in the config from the top: keys, and list positions as digits. */
export type KeyPath = readonly string[];

/** The form in messages and `--set`: `optimizations.prompt_optimizations.x.scorers.0`. */
export function dotted(path: KeyPath): string {
  return path.join(".");
}

/** Whether `path` equals or lies inside the other one. */
export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}
