import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { splitReasoning } from "../../core/answer/split-reasoning.ts";
import { jsonObjectsIn } from "./json-objects-in.ts";
import { matchEnumCase } from "./match-enum-case.ts";

type ReadVerdict<Verdict> =
  | { readonly ok: true; readonly verdict: Verdict }
  | { readonly ok: false; readonly problem: string };

const fenced = /^```[^\n`]*\n([\s\S]*?)\n?```$/;

/**
 * Reads a judge's reply: one JSON object of the schema's form, alone, in a fence or amid prose; thinking in front
 * of it is left out, and words of an enum match without case. Two different objects that fit are no verdict, nor
 * is one in prose that only repeats a text that was judged (`judged`). Nothing is guessed from anything else.
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
  const alone = parsed(fenced.exec(trimmed)?.[1] ?? trimmed);
  if (alone !== undefined) return check(alone.value, schema);
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

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function compact(text: string): string {
  return text.replace(/\s+/g, "");
}
