import type { KeyPath, Tree } from "../tree.ts";

const secretKey = /^(api_?key|.*_token|pass(word|wd)?|secret|client_secret|pat|authorization)$/i;

export function isSecretKey(key: string): boolean {
  return secretKey.test(key);
}

/** Whether the field at this path is a secret that no record or message may show. */
export function isSecretPath(path: KeyPath): boolean {
  return isSecretKey(path.at(-1) ?? "") || path.at(-2) === "headers";
}

/** Values of all secret fields of a config. */
export function secretValues(tree: Tree, path: KeyPath = []): string[] {
  if (typeof tree === "string") return isSecretPath(path) ? [tree, ...tree.split(/\s+/)] : [];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => secretValues(value, [...path, key]));
}

/**
 * The secret fields inside passed-through JSON, which must have none because it becomes part of plans and
 * records.
 */
export function secretPaths(tree: Tree, path: KeyPath): KeyPath[] {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(!Array.isArray(tree) && isSecretKey(key) && typeof value === "string" ? [[...path, key]] : []),
    ...secretPaths(value, [...path, key]),
  ]);
}
