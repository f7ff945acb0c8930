import { parseDocument } from "yaml";
import { isAllowedKey, sectionsOf } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { dotted, isTreeMap, type KeyPath, type Tree, type TreeMap, treeAt } from "../tree.ts";
import { withoutSource } from "../yaml/syntax-cause.ts";

const notAllowed = {
  message: "this key is not allowed",
  hint: "use the dotted path of a config key",
};

/** Applies the values of `--set path=value` to the tree. Values are parsed as YAML. */
export function setValues(tree: TreeMap, set: readonly string[], problems: Problems): void {
  for (const given of set) {
    const split = given.indexOf("=");
    const wanted = split < 0 ? given : given.slice(0, split);
    const flag = `--set ${wanted}`;
    const refuse = (message: string, hint: string) => problems.reportElsewhere({ file: flag, message, hint });
    if (split < 1) {
      refuse("needs a path and a value", "for example --set optimizations.prompt_optimizations.x.seed=7");
      continue;
    }
    const value = readValue(given.slice(split + 1));
    if (value instanceof Error) {
      refuse(
        `the value is not valid YAML: ${withoutSource(value.message)}`,
        "put text with special characters in quotes",
      );
      continue;
    }
    const path = findPath(tree, wanted);
    const isAllowed = path.every(isAllowedKey) && holdsAllowedKeys(value);
    const problem = isAllowed ? putAt(tree, path, value) : notAllowed;
    if (problem !== undefined) refuse(problem.message, problem.hint);
    else problems.blame(path, flag);
  }
}

function readValue(text: string): Tree | Error {
  const document = parseDocument(text, { schema: "core", resolveKnownTags: false, prettyErrors: false });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) return error;
  try {
    return document.toJS() as Tree;
  } catch (thrown) {
    // An alias, which has no anchor to refer to.
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

function holdsAllowedKeys(value: Tree): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isAllowedKey(key) && holdsAllowedKeys(inner));
}

/** Keys may contain dots (`gpt-4.1`): the longest existing key wins. */
function findPath(tree: TreeMap, wanted: string): KeyPath {
  const path: string[] = [];
  let rest = wanted;
  let here: Tree | undefined = tree;
  while (rest !== "") {
    const known: string[] = isTreeMap(here)
      ? Object.keys(here).filter((key) => rest === key || rest.startsWith(`${key}.`))
      : [];
    const longest = known.reduce((one, other) => (other.length > one.length ? other : one), "");
    const key = longest === "" ? (rest.split(".")[0] ?? "") : longest;
    path.push(key);
    rest = rest.slice(key.length + 1);
    here = treeAt(here, [key]);
  }
  return path;
}

/** Why a value cannot be set at its path. */
interface PutProblem {
  readonly message: string;
  readonly hint: string;
}

/** Sets a value at a path and creates the maps on the way; null deletes the key. */
function putAt(tree: TreeMap, path: KeyPath, value: Tree): PutProblem | undefined {
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
    message: `${dotted(path.slice(0, at))} is a list of ${list.length} without position ${path[at]}`,
    hint: "positions start at 0",
  };
}

function noMap(tree: TreeMap, path: KeyPath, length: number, value: Tree): PutProblem {
  const place = dotted(path.slice(0, length));
  const sections = Object.values(sectionsOf).flat();
  const section = sections.find((one) => treeAt(tree, [...one, String(value)]) !== undefined);
  if (section === undefined)
    return { message: `${place} is ${JSON.stringify(value)}, not a map`, hint: "set the whole value" };
  const instead = dotted([...section, String(value), ...path.slice(length)]);
  return { message: `${place} refers to ${String(value)}`, hint: `set ${instead}` };
}
