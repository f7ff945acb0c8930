import { depthOfThing } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { dotted, isTreeMap, type KeyPath, removeAt, type Tree, type TreeMap, treeAt } from "../tree.ts";
import type { Interpolated } from "../values/interpolate.ts";
import { isSecretPath } from "../values/secret-fields.ts";
import { fileSchema, type WrittenConfig } from "./file.ts";
import { type FlatIssue, flattenIssues, issueHint, issueMessage } from "./issue-message.ts";
import { allowedKeys } from "./json-schema.ts";
import { explainUnknownKey } from "./unknown-key.ts";

const mostRounds = 20;

interface Checked {
  readonly file: WrittenConfig;
  /** Things that are in the file but too broken to be used: naming one is no mistake. Dotted paths. */
  readonly broken: ReadonlySet<string>;
  /** Fields that take no text and whose variable is not set: a value they allow stands there. Dotted paths. */
  readonly unset: readonly string[];
}

/**
 * Holds the tree against the schema. Every mistake is reported; then what is wrong is cut out and the
 * rest is read, so that rules across fields can report theirs in the same run.
 */
export function checkSchema(
  tree: TreeMap,
  { filled, standIns }: Pick<Interpolated, "filled" | "standIns">,
  problems: Problems,
): Checked {
  const rest = structuredClone(tree);
  const broken = new Set<string>();
  const unset = new Set<string>();
  for (const [name, path] of filled) {
    if (!isSharePath.test(name)) continue;
    if (!standIns.has(name)) convert(rest, path);
    else if (putAt(rest, path, shareForUnset)) unset.add(name);
  }
  let isFirst = true;
  for (let round = 0; round < mostRounds; round++) {
    const result = fileSchema.safeParse(rest);
    if (result.success) return { file: result.data, broken, unset: [...unset] };
    const issues = flattenIssues(result.error.issues);
    const allowed = issues.filter(
      (flat) => standIns.has(dotted(flat.path)) && putAt(rest, flat.path, allowedBy(flat)),
    );
    for (const { path } of allowed) unset.add(dotted(path));
    if (allowed.length > 0 || convertFilled(rest, issues, filled)) continue;
    if (isFirst) reportAll(issues, tree, problems, broken);
    isFirst = false;
    for (const issue of issues) cutOut(rest, issue, broken);
  }
  return { file: fileSchema.parse({}), broken, unset: [...unset] };
}

// A share may also be a file's name, so that the schema has nothing against text.
/** So small that any other shares leave room for it. */
const shareForUnset = 0.001;
const isSharePath = /\.split\.(train|validation|test)$/;

/** `${env:T}` is text, though `temperature` takes a number: true when something was turned into what is meant. */
function convertFilled(
  tree: TreeMap,
  issues: readonly FlatIssue[],
  filled: ReadonlyMap<string, KeyPath>,
): boolean {
  const converted = issues.filter(({ path }) => filled.has(dotted(path)) && convert(tree, path));
  return converted.length > 0;
}

function convert(tree: TreeMap, path: KeyPath): boolean {
  const value = treeAt(tree, path);
  return putAt(tree, path, typeof value === "string" ? meantBy(value) : undefined);
}

function putAt(tree: TreeMap, path: KeyPath, value: Tree | undefined): boolean {
  const owner = treeAt(tree, path.slice(0, -1));
  if (value === undefined || typeof owner !== "object" || owner === null) return false;
  Object.assign(owner, { [path.at(-1) ?? ""]: value });
  return true;
}

/** Some value that a field takes which refused a text, or the 1 in its place. */
function allowedBy({ issue, expected = [] }: FlatIssue): Tree | undefined {
  if (issue.code === "invalid_value") return issue.values.find((value) => typeof value === "string");
  if (issue.code === "too_big") return Number(issue.maximum) * 0.9;
  const kinds = issue.code === "invalid_type" ? [issue.expected] : expected;
  if (kinds.some((kind) => /^(int|number|a number|a whole number)$/.test(kind))) return 1;
  return kinds.some((kind) => /^(boolean|true or false)$/.test(kind)) ? true : undefined;
}

function meantBy(text: string): number | boolean | undefined {
  if (text === "true" || text === "false") return text === "true";
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim());
  return isNumber ? Number(text) : undefined;
}

function reportAll(
  issues: readonly FlatIssue[],
  tree: TreeMap,
  problems: Problems,
  broken: Set<string>,
): void {
  for (const { path, issue } of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    for (const key of issue.keys) {
      const { hint, meant, things } = explainUnknownKey(path, key, tree);
      problems.report([...path, key], "unknown key", hint);
      // That the key which was meant is missing then goes without saying, and so do the things below it.
      if (meant !== undefined) problems.mute([...path, meant]);
      for (const thing of things) broken.add(thing);
    }
  }
  const lost = new Set(
    issues.filter((flat) => isLostField(flat, tree)).map(({ path }) => dotted(path.slice(0, -1))),
  );
  for (const flat of issues) {
    if (flat.issue.code === "unrecognized_keys") continue;
    // Fields that stand beside their thing are what it lacks.
    const thing = flat.path.slice(0, depthOfThing(flat.path));
    if (lost.has(dotted(thing.slice(0, -1))) && isEmptyMap(treeAt(tree, thing))) continue;
    const found = treeAt(tree, flat.path);
    const value = typeof found === "string" ? problems.mask(found) : found;
    const message = issueMessage(flat, value, isSecretPath(flat.path));
    const hint = isLostField(flat, tree)
      ? `${flat.path.at(-1)} is a field; indent it below the key that it belongs to`
      : issueHint(flat, value);
    problems.report(flat.path, message, hint);
    problems.mute(flat.path);
  }
}

/** A field of a thing that stands beside the thing, with a value no thing has. */
function isLostField({ path, issue }: FlatIssue, tree: TreeMap): boolean {
  if (issue.code === "unrecognized_keys" || depthOfThing(path) !== path.length) return false;
  const value = treeAt(tree, path);
  const field = path.at(-1) ?? "";
  return value !== undefined && !isTreeMap(value) && allowedKeys(path)?.includes(field) === true;
}

function isEmptyMap(value: Tree | undefined): boolean {
  return isTreeMap(value) && Object.keys(value).length === 0;
}

/** Takes away what is wrong; where something is missing, the thing it is missing from. */
function cutOut(tree: TreeMap, { path, issue }: FlatIssue, broken: Set<string>): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) removeAt(tree, [...path, key]);
    return;
  }
  if (treeAt(tree, path) !== undefined && path.length > depthOfThing(path)) {
    removeAt(tree, path);
    broken.add(dotted(path));
    return;
  }
  const thing = path.slice(0, Math.max(1, depthOfThing(path)));
  broken.add(dotted(thing));
  removeAt(tree, thing);
}
