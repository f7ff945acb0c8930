import type { JsonObject, JsonValue } from "../data/json.ts";
import { UsageError } from "../errors.ts";

/** Characters that a rendered text may have: more than any request takes. */
const longestText = 32 * 1024 * 1024;

/**
 * As `text.replace(pattern, fill)`. Throws UsageError before the result grows out of bounds: a short template that
 * names a long value a thousand times would fill the memory.
 */
export function replaceBounded(
  text: string,
  pattern: RegExp,
  fill: (whole: string, ...groups: (string | undefined)[]) => string,
): string {
  let length = text.length;
  return text.replace(pattern, (whole: string, ...groups) => {
    const filled = fill(whole, ...groups);
    length += filled.length - whole.length;
    if (length > longestText)
      throw new UsageError(`the template with its inputs is longer than ${longestText} characters`, {
        hint: "name long inputs once, or shorten them",
      });
    return filled;
  });
}

const name = "[A-Za-z_][\\w.-]*";
const variable = new RegExp(`\\{\\{\\s*(${name})\\s*\\}\\}`, "g");
const bareName = new RegExp(`^${name}$`);

/** Can the text be the name of a variable, looked up as a whole (`a.b` is the input `a.b`)? */
export function isVariableName(text: string): boolean {
  return bareName.test(text);
}

/** Names in `{{name}}`, in order of first use. Anything else in braces is plain text. */
export function variablesIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(variable), (match) => match[1] as string))];
}

/** A stretch of a text as it stands, or the place of a variable. */
export type TextPiece = string | { readonly variable: string };

/** The text cut at its `{{name}}`, in order; no stretch is empty, and no two stand side by side. */
export function piecesOf(text: string): readonly TextPiece[] {
  const parts = text.split(variable);
  return parts.flatMap((part, at): TextPiece[] =>
    at % 2 === 1 ? [{ variable: part }] : part === "" ? [] : [part],
  );
}

/** Puts values in, in a single pass: a value is never looked at again, whatever braces it holds. */
export function fillVariables(text: string, inputs: JsonObject): string {
  return replaceBounded(text, variable, (whole, key = "") => {
    const value = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    return value === undefined ? whole : valueText(value);
  });
}

function valueText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
