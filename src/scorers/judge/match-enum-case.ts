import type { z } from "zod";

type Issues = readonly z.core.$ZodIssue[];

/** The value with the words of its enums as the schema writes them, where they differ in case alone. */
export function matchEnumCase(value: unknown, issues: Issues): unknown {
  const copy: unknown = structuredClone(value);
  for (const issue of issues) {
    const { path } = issue;
    const last = path.at(-1);
    if (issue.code !== "invalid_value" || last === undefined) continue;
    const holder = path.slice(0, -1).reduce<unknown>(memberOf, copy);
    const said = memberOf(holder, last);
    if (typeof said !== "string" || typeof holder !== "object" || holder === null) continue;
    const known = issue.values.filter((one) => typeof one === "string" && fold(one) === fold(said));
    if (known.length === 1) (holder as Record<PropertyKey, unknown>)[last] = known[0];
  }
  return copy;
}

function memberOf(holder: unknown, key: PropertyKey): unknown {
  return typeof holder === "object" && holder !== null
    ? (holder as Record<PropertyKey, unknown>)[key]
    : undefined;
}

function fold(word: string): string {
  return word.trim().toLowerCase();
}
