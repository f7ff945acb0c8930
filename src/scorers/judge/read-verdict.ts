import type { z } from "zod";

type ReadVerdict<Verdict> =
  | { readonly ok: true; readonly verdict: Verdict }
  | { readonly ok: false; readonly problem: string };

const fenced = /^```[^\n`]*\n([\s\S]*?)\n?```$/;

/**
 * Reads a judge's reply: one JSON object of the schema's form and nothing around it but, at most,
 * one code fence. Nothing is guessed from anything else.
 */
export function readVerdict<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): ReadVerdict<z.output<Schema>> {
  const trimmed = text.trim();
  let value: unknown;
  try {
    value = JSON.parse(fenced.exec(trimmed)?.[1] ?? trimmed);
  } catch {
    return { ok: false, problem: trimmed === "" ? "it is empty" : "it is not one JSON object" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, verdict: parsed.data };
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  return { ok: false, problem: problems.join("; ") };
}
