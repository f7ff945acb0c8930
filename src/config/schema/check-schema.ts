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
  /** Dotted paths of invalid things in the file; referring to them is not reported. */
  readonly broken: ReadonlySet<string>;
  /**
   * Dotted paths of fields that take no text and whose variable is unset; they hold a value that the schema
   * allows.
   */
  readonly unset: readonly string[];
}

/**
 * Validates the tree. Reports every mistake, then removes the invalid parts and reads the rest, so that rules
 * across fields can report theirs in the same run.
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

// A share may also be a file name, so the schema accepts text here.
/** Small enough to fit any other shares. */
const shareForUnset = 0.001;
const isSharePath = /\.split\.(train|validation|test)$/;

/** `${env:T}` is text even where `temperature` takes a number. Returns true if a value was converted. */
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
  return putAt(tree, path, typeof value === "string" ? typedValue(value) : undefined);
}

function putAt(tree: TreeMap, path: KeyPath, value: Tree | undefined): boolean {
  const owner = treeAt(tree, path.slice(0, -1));
  if (value === undefined || typeof owner !== "object" || owner === null) return false;
  Object.assign(owner, { [path.at(-1) ?? ""]: value });
  return true;
}

/** A value that the field accepts instead of a rejected text, or instead of the 1 inserted for it. */
function allowedBy({ issue, expected = [] }: FlatIssue): Tree | undefined {
  if (issue.code === "invalid_value") return issue.values.find((value) => typeof value === "string");
  if (issue.code === "too_big") return Number(issue.maximum) * 0.9;
  const kinds = issue.code === "invalid_type" ? [issue.expected] : expected;
  if (kinds.some((kind) => /^(int|number|a number|a whole number)$/.test(kind))) return 1;
  return kinds.some((kind) => /^(boolean|true or false)$/.test(kind)) ? true : undefined;
}

function typedValue(text: string): number | boolean | undefined {
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
      // The missing key and the things below it follow from this mistake.
      if (meant !== undefined) problems.mute([...path, meant]);
      for (const thing of things) broken.add(thing);
    }
  }
  const lost = new Set(
    issues.filter((flat) => isLostField(flat, tree)).map(({ path }) => dotted(path.slice(0, -1))),
  );
  for (const flat of issues) {
    if (flat.issue.code === "unrecognized_keys") continue;
    // Fields next to their thing are what the thing lacks.
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

/** A field written next to its thing, with a value that no thing has. */
function isLostField({ path, issue }: FlatIssue, tree: TreeMap): boolean {
  if (issue.code === "unrecognized_keys" || depthOfThing(path) !== path.length) return false;
  const value = treeAt(tree, path);
  const field = path.at(-1) ?? "";
  return value !== undefined && !isTreeMap(value) && allowedKeys(path)?.includes(field) === true;
}

function isEmptyMap(value: Tree | undefined): boolean {
  return isTreeMap(value) && Object.keys(value).length === 0;
}

/** Removes an invalid value; for a missing one, removes the thing around it. */
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
