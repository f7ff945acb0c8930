import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { splitReasoning } from "../../core/answer/split-reasoning.ts";
import { parsedJson } from "../../core/data/json.ts";
import { endOfBrackets } from "../../core/text/end-of-brackets.ts";

type ReadVerdict<Verdict> =
  | { readonly ok: true; readonly verdict: Verdict }
  | { readonly ok: false; readonly problem: string };

const fenced = /^```[^\n`]*\n([\s\S]*?)\n?```$/;

/**
 * Reads a judge's reply: one JSON object that matches the schema, alone, in a fence or in prose. Leading
 * reasoning is skipped, and enum values match regardless of case. Two different matching objects give no verdict,
 * nor does an object in prose that only repeats a judged text (`judged`). Nothing is guessed from other text.
 */
export function readVerdict<Schema extends z.ZodType>(
  reply: string,
  schema: Schema,
  judged: readonly string[] = [],
): ReadVerdict<z.output<Schema>> {
  const { text, isOpen } = splitReasoning(reply);
  if (isOpen) return { ok: false, problem: "it ended inside its thinking" };
  const trimmed = text.trim();
  if (trimmed === "") return { ok: false, problem: "it is empty" };
  const alone = parsedJson(fenced.exec(trimmed)?.[1] ?? trimmed);
  if (alone !== undefined) return check(alone, schema);
  const found = jsonObjectsIn(trimmed);
  const own = found.filter(({ source }) => !judged.some((one) => compact(one).includes(compact(source))));
  const read = own.map(({ value }) => check(value, schema));
  const fitting = read.filter((one) => one.ok);
  const [first, ...others] = fitting;
  if (first !== undefined) {
    return others.every((other) => isDeepStrictEqual(other, first))
      ? first
      : { ok: false, problem: "it holds several different JSON objects that could be the verdict" };
  }
  const [only, ...more] = read;
  if (only !== undefined && more.length === 0) return only;
  const isQuote = found.length > 0 && own.length === 0;
  return {
    ok: false,
    problem: isQuote ? "its only JSON object repeats a text to be judged" : "it is not one JSON object",
  };
}

function check<Schema extends z.ZodType>(value: unknown, schema: Schema): ReadVerdict<z.output<Schema>> {
  const first = schema.safeParse(value);
  if (first.success) return { ok: true, verdict: first.data };
  const again = schema.safeParse(matchEnumCase(value, first.error.issues));
  if (again.success) return { ok: true, verdict: again.data };
  const problems = first.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  return { ok: false, problem: problems.join("; ") };
}

function compact(text: string): string {
  return text.replace(/\s+/g, "");
}

type Issues = readonly z.core.$ZodIssue[];

/** The value with its enum strings spelled as in the schema, where they differ only in case. */
function matchEnumCase(value: unknown, issues: Issues): unknown {
  const copy: unknown = structuredClone(value);
  for (const issue of issues) {
    const { path } = issue;
    const last = path.at(-1);
    if (issue.code !== "invalid_value" || last === undefined) continue;
    const holder = path.slice(0, -1).reduce<unknown>(memberOf, copy);
    const given = memberOf(holder, last);
    if (typeof given !== "string" || typeof holder !== "object" || holder === null) continue;
    const known = issue.values.filter((one) => typeof one === "string" && fold(one) === fold(given));
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

/** A JSON object found in a text. */
interface FoundObject {
  readonly source: string;
  readonly value: unknown;
}

/** More than any real reply contains: keeps the time proportional to the text. */
const mostObjects = 200;

/** The top-level JSON objects in a text, with or without fences and prose around them. */
function jsonObjectsIn(text: string): readonly FoundObject[] {
  const found: FoundObject[] = [];
  let tries = 0;
  for (let at = text.indexOf("{"); at !== -1 && tries < mostObjects; tries++) {
    const end = endOfBrackets(text, at);
    const source = end === undefined ? undefined : text.slice(at, end);
    const value = source === undefined ? undefined : parsedJson(source);
    if (source !== undefined && value !== undefined) found.push({ source, value });
    at = text.indexOf("{", value === undefined || end === undefined ? at + 1 : end);
  }
  return found;
}
