const tailShare = 1 / 3;

/**
 * A text in double quotes on one line, as in JSON. A long text is cut in the middle and followed by its length.
 */
export function quote(text: string, limit = 160): string {
  if (text.length <= limit) return JSON.stringify(text);
  return `${JSON.stringify(cutMiddle(text, limit))} (${text.length} characters)`;
}

/** Cuts a text to at most `limit` characters by removing its middle. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit * tailShare);
  const head = text.slice(0, limit - tail - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** Cuts a text to at most `limit` characters by removing its end. */
export function cutEnd(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** `"a", "b" and 3 more`: the first items of a long list. */
export function quoteList(items: readonly string[], limit = 10): string {
  return listSome(
    items.map((item) => quote(item, 60)),
    ", ",
    limit,
  );
}

/** The first items joined, and the number of others. */
export function listSome(items: readonly string[], separator: string, limit: number): string {
  const shown = items.slice(0, limit).join(separator);
  return items.length <= limit ? shown : `${shown}${separator}and ${items.length - limit} more`;
}
