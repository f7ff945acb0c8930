import type { Place } from "./places.ts";
import type { Problems } from "./problems.ts";
import { isTreeMap, type TreeMap } from "./tree.ts";
import { buildTree } from "./yaml/build-tree.ts";
import { parseYaml } from "./yaml/parse-yaml.ts";

export interface YamlSource {
  readonly tree: TreeMap;
  /** dao-ai sections that were left out, as dotted paths. */
  readonly ignored: readonly string[];
}

/**
 * The bytes of a YAML file → plain data, with the place of every key in `places`. Undefined when
 * nothing can be made of it; what is wrong has then been reported.
 */
export function readYamlSource(
  bytes: Uint8Array,
  places: Map<string, Place>,
  problems: Problems,
): YamlSource | undefined {
  const text = decode(bytes);
  if (text === undefined) {
    problems.reportAt(undefined, [], "the file is not UTF-8 text", "save it as UTF-8");
    return undefined;
  }
  const parsed = parseYaml(text, problems);
  if (parsed === undefined) return undefined;
  const { tree, ignored } = buildTree(parsed, places, problems);
  if (isTreeMap(tree)) return { tree, ignored };
  problems.reportAt(
    { line: 1, column: 1 },
    [],
    "a config is a map of sections",
    "start with `prompts:` or `resources:`",
  );
  return undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
