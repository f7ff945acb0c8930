import { isTreeMap, type Tree } from "../tree.ts";

/** dao-ai's ways of saying "this value comes from elsewhere". */
export type VariableForm =
  | { readonly kind: "env"; readonly name: string; readonly fallback: Tree | undefined }
  | { readonly kind: "value"; readonly value: Tree }
  | { readonly kind: "options"; readonly options: readonly Tree[]; readonly fallback: Tree | undefined }
  | { readonly kind: "databricks_secret"; readonly name: string; readonly fallback: Tree | undefined };

/** Reads `{env: NAME, default_value: x}` and its like; undefined for any other value. */
export function readVariableForm(tree: Tree): VariableForm | undefined {
  if (!isTreeMap(tree)) return undefined;
  const { env, value, options, scope, secret, default_value: fallback } = tree;
  if (typeof env === "string" && hasOnly(tree, ["env", "default_value"]))
    return { kind: "env", name: env, fallback };
  if (isScalar(value) && hasOnly(tree, ["value"])) return { kind: "value", value };
  if (Array.isArray(options) && hasOnly(tree, ["options", "default_value"]))
    return { kind: "options", options, fallback };
  if (
    typeof scope === "string" &&
    typeof secret === "string" &&
    hasOnly(tree, ["scope", "secret", "default_value"])
  )
    return { kind: "databricks_secret", name: `${scope}/${secret}`, fallback };
  return undefined;
}

export function isScalar(value: Tree | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function hasOnly(tree: object, keys: readonly string[]): boolean {
  return Object.keys(tree).every((key) => keys.includes(key));
}
