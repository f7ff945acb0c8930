import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";

/**
 * `prefix.inputs.topic`, `prefix.output_message.tool_calls.0.id` … as the object that the client flattened. Where
 * one key is the beginning of another one, the longer counts; keys that are numbers alone make a list.
 */
export function nestedAttributes(attributes: JsonObject, prefix: string): JsonObject {
  const tree: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) put(tree, key.slice(prefix.length + 1).split("."), value);
  }
  const value = plain(tree);
  return isJsonObject(value) ? value : {};
}

type Tree = Map<string, Tree | { readonly leaf: JsonValue }>;

function put(tree: Tree, path: readonly string[], leaf: JsonValue): void {
  let branch = tree;
  for (const part of path.slice(0, -1)) {
    const found = branch.get(part);
    const next = found instanceof Map ? found : new Map();
    branch.set(part, next);
    branch = next;
  }
  const last = path.at(-1) ?? "";
  if (!(branch.get(last) instanceof Map)) branch.set(last, { leaf });
}

function plain(tree: Tree): JsonValue {
  const entries = [...tree].map(([key, value]): readonly [string, JsonValue] => [
    key,
    value instanceof Map ? plain(value) : value.leaf,
  ]);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  return Object.fromEntries(entries.filter(([key]) => key !== "__proto__"));
}
