import type { KeyPath } from "../key-path.ts";
import { configJsonSchema, type SchemaNode } from "./json-schema.ts";

/** Keys that a map at this path may have; undefined where they are the user's own. */
export function allowedKeys(path: KeyPath): readonly string[] | undefined {
  let nodes: readonly SchemaNode[] = forms(configJsonSchema());
  for (const key of path) nodes = nodes.flatMap((node) => inside(node, key)).flatMap(forms);
  const keys = nodes.flatMap((node) => Object.keys(node.properties ?? {}));
  return keys.length === 0 ? undefined : [...new Set(keys)];
}

function inside(node: SchemaNode, key: string): readonly SchemaNode[] {
  const property = node.properties?.[key];
  if (property !== undefined) return [property];
  const { items, additionalProperties: rest } = node;
  if (items !== undefined && /^\d+$/.test(key)) return [items];
  return typeof rest === "object" ? [rest] : [];
}

/** A node without its wrappers: every form a value may take. */
function forms(node: SchemaNode): readonly SchemaNode[] {
  const wrapped = [...(node.anyOf ?? []), ...(node.allOf ?? [])];
  const target = node.$ref?.replace("#/definitions/", "");
  const referred = target === undefined ? undefined : configJsonSchema().definitions?.[target];
  return [node, ...wrapped, ...(referred === undefined ? [] : [referred])].flatMap((form) =>
    form === node ? [node] : forms(form),
  );
}
