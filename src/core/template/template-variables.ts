import { type JsonObject, valueText } from "../data/json.ts";
import { UsageError } from "../errors.ts";

/** Maximum length of a rendered text: more than any request accepts. */
const longestText = 32 * 1024 * 1024;

/**
 * Like `text.replace(pattern, fill)`. Throws UsageError before the result exceeds the limit: a short template
 * that names a long value a thousand times would exhaust memory.
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

/** Whether the text is a valid variable name. Names are looked up whole: `a.b` is the input `a.b`. */
export function isVariableName(text: string): boolean {
  return bareName.test(text);
}

/** Names in `{{name}}`, in order of first use. Other text in braces is literal. */
export function variablesIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(variable), (match) => match[1] as string))];
}

/** Literal text, or a variable. */
export type TextPiece = string | { readonly variable: string };

/** Splits the text at its `{{name}}`, in order. Literal pieces are not empty and never adjacent. */
export function piecesOf(text: string): readonly TextPiece[] {
  const parts = text.split(variable);
  return parts.flatMap((part, at): TextPiece[] =>
    at % 2 === 1 ? [{ variable: part }] : part === "" ? [] : [part],
  );
}

/** Inserts the values in a single pass; braces inside values are not expanded. */
export function fillVariables(text: string, inputs: JsonObject): string {
  return replaceBounded(text, variable, (whole, key = "") => {
    const value = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    return value === undefined ? whole : valueText(value);
  });
}
