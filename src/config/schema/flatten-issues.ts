import type { z } from "zod";
import { dotted, type KeyPath } from "../key-path.ts";

/** One mistake zod found, outside of any union. */
export interface FlatIssue {
  readonly path: KeyPath;
  readonly issue: z.core.$ZodIssue;
  /** Set when no form of a union came near: what the forms are. */
  readonly expected?: readonly string[];
}

/**
 * Of a union, what is wrong with the one form that the value was meant to be: an object is held
 * against the object form, a text against the text form.
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

/** The value is of another type than this form of the union altogether. */
function isOtherType(flat: FlatIssue, path: KeyPath): boolean {
  return dotted(flat.path) === dotted(path) && typesOf(flat, path).length > 0;
}

function typesOf({ path, issue, expected }: FlatIssue, at: KeyPath): readonly string[] {
  if (dotted(path) !== dotted(at)) return [];
  if (expected !== undefined) return expected;
  if (issue.code === "invalid_type") return [typeNames[issue.expected] ?? issue.expected];
  return issue.code === "invalid_value" ? issue.values.map((value) => String(value)) : [];
}

export const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};
