import type { Problems } from "./problems.ts";
import type { SourcePlaces } from "./source-places.ts";
import { isTreeMap, type TreeMap } from "./tree.ts";
import { buildTree } from "./yaml/build-tree.ts";
import { type ForeignFile, foreignBytes, foreignConfig, foreignText } from "./yaml/foreign-file.ts";
import { parseConfigYaml } from "./yaml/parse-config-yaml.ts";

interface YamlSource {
  readonly tree: TreeMap;
  /** Dotted paths of ignored dao-ai sections. */
  readonly ignored: readonly string[];
}

/**
 * Parses the bytes of a YAML file into plain data, and stores the place of every key and text in `places`.
 * Undefined if the file is unusable, which is reported. `file` is its name.
 */
export function readYamlSource(
  bytes: Uint8Array,
  places: Pick<SourcePlaces, "known" | "texts">,
  problems: Problems,
  file = "config.yaml",
): YamlSource | undefined {
  const refuse = ({ message, hint }: ForeignFile): undefined => {
    problems.reportAt(undefined, [], message, hint);
  };
  const other = foreignBytes(bytes);
  if (other !== undefined) return refuse(other);
  const text = decode(bytes);
  if (text === undefined) return refuse({ message: "the file is not UTF-8 text", hint: "save it as UTF-8" });
  const foreign = foreignText(text, file);
  if (foreign !== undefined) return refuse(foreign);
  const parsed = parseConfigYaml(text, problems);
  if (parsed === undefined) return undefined;
  const { tree, ignored } = buildTree(parsed, places, problems);
  const known = foreignConfig(tree, ignored);
  if (known !== undefined) return refuse(known);
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
