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
