import { isMap, isNode, isScalar, stringify } from "yaml";
import { composeYaml, repeatedKeys, type YamlDocument } from "./compose-yaml.ts";

const maxDepth = 100;

/** Why a value would not survive a round trip through text; undefined if it would. */
export function jsonProblem(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return textProblem(value);
  if (typeof value === "number" && !Number.isFinite(value)) return `${value} cannot be stored as a number`;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= maxDepth) return `it is nested deeper than ${maxDepth} levels`;
  if (!isPlain(value)) return "it contains a value that JSON cannot represent";
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") return `the key "${key}" is not allowed`;
    const problem = textProblem(key) ?? jsonProblem(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A lone surrogate has no UTF-8 form and would be read back as another character. */
function textProblem(text: string): string | undefined {
  return /\p{Cs}/u.test(text)
    ? "a text contains half a surrogate pair, which cannot be written as UTF-8"
    : undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}

/** Size limit of registry files, in bytes. */
export const maxFileBytes = 10_000_000;
const maxAliasCount = 100;
const maxTokens = 200_000;
const tooDeep = "it is nested too deeply";

/** A mistake in a YAML text; lines and columns start at 1. */
interface YamlProblem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export interface YamlReading {
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Place of a key or list item, for problems found later. */
  locate(path: readonly PropertyKey[]): { readonly line: number; readonly column: number } | undefined;
}

/** Parses one YAML 1.2 document of any origin into plain JSON: no tags, few aliases, limited depth and size. */
export function parseYaml(text: string): YamlReading {
  if (Buffer.byteLength(text) > maxFileBytes)
    return nothing({ message: `it is larger than ${maxFileBytes / 1e6} MB` });
  const marker = /(?:^|\n)(?:<{7}|={7}|>{7})(?: |\r?\n|$)/.exec(text);
  if (marker !== null) {
    const line = text.slice(0, marker.index + 1).split("\n").length;
    return nothing({ message: "it contains the markers of a git merge conflict", line, column: 1 });
  }
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof RangeError) return nothing({ message: tooDeep });
    return nothing({ message: error instanceof Error ? error.message : String(error) });
  }
}

function nothing(problem: YamlProblem): YamlReading {
  return { value: undefined, problems: [problem], locate: () => undefined };
}

function readDocument(text: string): YamlReading {
  const composed = composeYaml(text, { maxTokens, resolveKnownTags: true });
  if ("excess" in composed)
    return nothing({
      message: composed.excess === "depth" ? tooDeep : "it has too many parts for a registry file",
    });
  const { documents, lines } = composed;
  const [document, second] = documents;
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems: YamlProblem[] = [...document.errors, ...document.warnings].map(({ message, pos }) => {
    const isTooDeep = message.startsWith("Maximum call stack");
    return { message: isTooDeep ? tooDeep : (message.split("\n")[0] ?? message), ...placeOf(pos[0]) };
  });
  if (problems.length === 0)
    for (const offset of repeatedKeys(document))
      problems.push({ message: "Map keys must be unique", ...placeOf(offset) });
  if (second !== undefined)
    problems.push({ message: "it contains more than one YAML document", ...placeOf(second.range[0]) });
  const value = problems.length > 0 ? undefined : plainValue(document, problems);
  return {
    value,
    problems,
    locate(path) {
      const node = keyNode(document, path) ?? document.getIn(path, true);
      return isNode(node) && node.range ? placeOf(node.range[0]) : undefined;
    },
  };
}

/** The key node of a map's entry; undefined for list items and the document itself. */
function keyNode(document: YamlDocument, path: readonly PropertyKey[]): unknown {
  const map = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (path.length === 0 || !isMap(map)) return undefined;
  return map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key;
}

function plainValue(document: YamlDocument, problems: YamlProblem[]): unknown {
  const value: unknown = document.toJS({ maxAliasCount });
  const unusable = jsonProblem(value);
  if (unusable !== undefined) problems.push({ message: unusable });
  return value;
}

/** YAML 1.2 of a plain value: keys in the given order, long lines not folded, no aliases. */
export function renderYaml(value: unknown): string {
  return stringify(value, { version: "1.2", schema: "core", lineWidth: 0, aliasDuplicateObjects: false });
}
