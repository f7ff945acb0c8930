import type { z } from "zod";
import { nearNames } from "../../core/text/near-names.ts";
import { dotted, type KeyPath, type Tree } from "../tree.ts";

/** One mistake found by zod, outside of any union. */
export interface FlatIssue {
  readonly path: KeyPath;
  readonly issue: z.core.$ZodIssue;
  /** The forms of a union, if the value matches none of them closely. */
  readonly expected?: readonly string[];
}

/**
 * Replaces a union's issue with those of the form that the value resembles: the object form for an object, the
 * text form for a text.
 */
export function flattenIssues(issues: readonly z.core.$ZodIssue[], outer: KeyPath = []): FlatIssue[] {
  return issues.flatMap((issue): FlatIssue[] => {
    const path = [...outer, ...issue.path.map(String)];
    if (issue.code !== "invalid_union") return [{ path, issue }];
    const forms = issue.errors.map((errors) => flattenIssues(errors, path));
    const meant = forms
      .filter((form) => !form.some((flat) => isOtherType(flat, path)))
      .sort((one, other) => one.length - other.length)[0];
    if (meant !== undefined) return meant;
    const expected = forms.flatMap((form) => form.flatMap((flat) => typesOf(flat, path)));
    return [{ path, issue, expected: [...new Set(expected)] }];
  });
}

/** Whether the value has a different type from this form of the union. */
function isOtherType(flat: FlatIssue, path: KeyPath): boolean {
  return dotted(flat.path) === dotted(path) && typesOf(flat, path).length > 0;
}

function typesOf({ path, issue, expected }: FlatIssue, at: KeyPath): readonly string[] {
  if (dotted(path) !== dotted(at)) return [];
  if (expected !== undefined) return expected;
  if (issue.code === "invalid_type") return [typeNames[issue.expected] ?? issue.expected];
  return issue.code === "invalid_value" ? issue.values.map((value) => String(value)) : [];
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** The mistake with the value, in terms of the file. */
export function issueMessage(
  { issue, expected }: FlatIssue,
  value: Tree | undefined,
  isSecret: boolean,
): string {
  const given = isSecret ? "" : `, got ${showValue(value)}`;
  if (value === undefined && issue.code !== "invalid_key") return "is missing";
  if (expected !== undefined) return `must be ${expected.join(" or ")}${given}`;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}${given}`;
    case "invalid_value":
      return `must be ${issue.values.map((one) => String(one)).join(" or ")}${given}`;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? "must not be empty"
        : `must be ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}${given}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${given}`;
    case "invalid_format":
      return issue.format === "url" ? `must be an http or https address${given}` : issue.message;
    case "invalid_key":
      return "has an empty key";
    default:
      return (issue satisfies z.core.$ZodIssue).message;
  }
}

/** What to write instead, if the value suggests it. */
export function issueHint({ path, issue }: FlatIssue, value: Tree | undefined): string | undefined {
  const isPercent = issue.code === "too_big" && issue.maximum === 1;
  if (isPercent && typeof value === "number" && value <= 100) return `${value} % is ${value / 100}`;
  // dao-ai's own documentation shows an environment where a number is meant.
  const isVersion = path.at(-1) === "version" && path[0] === "prompts" && typeof value === "string";
  if (isVersion && value.trim() !== "" && !/^-?[\d.]+$/.test(value))
    return `for an environment write alias: ${value}`;
  if (issue.code === "invalid_value" && typeof value === "string") {
    const [near] = nearNames(value, issue.values.map(String));
    return near === undefined ? undefined : `did you mean ${near}?`;
  }
  if (issue.code !== "invalid_type") return undefined;
  if (issue.expected === "record" && Array.isArray(value)) return "replace each `-` with a key";
  if (typeof value !== "string") return undefined;
  if (issue.expected === "array" && /^[\w./-]+$/.test(value)) return `write it as a list: [${value}]`;
  const isQuoted = (issue.expected === "number" || issue.expected === "int") && /^-?[\d.]+$/.test(value);
  return isQuoted ? "write it without quotes" : undefined;
}

const longestShown = 40;

function showValue(value: Tree | undefined): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
}
