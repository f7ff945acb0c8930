import { dotted, type KeyPath } from "../key-path.ts";
import { sectionsOf } from "../layout.ts";
import { type Tree, type TreeMap, treeAt } from "../tree.ts";

/** Why a value cannot be put where it was meant to go. */
export interface PutProblem {
  readonly message: string;
  readonly hint: string;
}

/** Puts a value at a path and makes the maps that lead to it; null takes the key away. */
export function putAt(tree: TreeMap, path: KeyPath, value: Tree): PutProblem | undefined {
  let here: TreeMap | Tree[] = tree;
  for (const [at, key] of path.slice(0, -1).entries()) {
    const next: Tree | undefined = treeAt(here, [key]);
    if (next !== undefined && (typeof next !== "object" || next === null))
      return noMap(tree, path, at + 1, next);
    if (Array.isArray(here) && next === undefined) return noPosition(here, path, at);
    const inside: TreeMap | Tree[] = next ?? {};
    if (!Array.isArray(here)) here[key] = inside;
    here = inside;
  }
  const last = path.at(-1) ?? "";
  if (Array.isArray(here)) {
    if (!/^\d+$/.test(last) || Number(last) > here.length) return noPosition(here, path, path.length - 1);
    here[Number(last)] = value;
  } else if (value === null) delete here[last];
  else here[last] = value;
  return undefined;
}

function noPosition(list: readonly Tree[], path: KeyPath, at: number): PutProblem {
  return {
    message: `${dotted(path.slice(0, at))} is a list of ${list.length}, and ${path[at]} is no position in it`,
    hint: "positions count from 0",
  };
}

function noMap(tree: TreeMap, path: KeyPath, length: number, value: Tree): PutProblem {
  const place = dotted(path.slice(0, length));
  const sections = Object.values(sectionsOf).flat();
  const section = sections.find((one) => treeAt(tree, [...one, String(value)]) !== undefined);
  if (section === undefined)
    return { message: `${place} is ${JSON.stringify(value)}, and holds no keys`, hint: "set it as a whole" };
  const instead = dotted([...section, String(value), ...path.slice(length)]);
  return { message: `${place} refers to ${String(value)}`, hint: `set ${instead}` };
}
