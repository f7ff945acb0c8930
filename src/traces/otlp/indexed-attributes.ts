import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/**
 * `prefix.0.role`, `prefix.0.tool_calls.1.name` … as the list of objects that was flattened. A key that is the
 * beginning of another one (`a.0` beside `a.0.b`) is left out.
 */
export function indexedList(attributes: JsonObject, prefix: string): readonly JsonObject[] {
  const tree: Tree = new Map();
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) put(tree, key.slice(prefix.length + 1).split("."), value);
  }
  const list = plain(tree);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

type Tree = Map<string, Tree | { readonly leaf: JsonValue }>;

function put(tree: Tree, [first = "", ...rest]: readonly string[], leaf: JsonValue): void {
  if (rest.length === 0) {
    if (!(tree.get(first) instanceof Map)) tree.set(first, { leaf });
    return;
  }
  const found = tree.get(first);
  const branch = found instanceof Map ? found : new Map();
  tree.set(first, branch);
  put(branch, rest, leaf);
}

/** Numbers alone make a list, in their order and without the gaps. */
function plain(tree: Tree): JsonValue {
  const entries = [...tree].map(([key, value]): readonly [string, JsonValue] => [
    key,
    value instanceof Map ? plain(value) : value.leaf,
  ]);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  }
  return Object.fromEntries(entries.filter(([key]) => key !== "__proto__"));
}
