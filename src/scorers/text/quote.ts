const tailShare = 1 / 3;

/** A text in double quotes on one line, as JSON writes it; long ones lose their middle and tell their length. */
export function quote(text: string, limit = 160): string {
  if (text.length <= limit) return JSON.stringify(text);
  return `${JSON.stringify(cutMiddle(text, limit))} (${text.length} characters)`;
}

/** A text of at most `limit` characters: what is too much is taken out of the middle. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit * tailShare);
  const head = text.slice(0, limit - tail - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** A text of at most `limit` characters: what is too much is cut off its end. */
export function cutEnd(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** `"a", "b" and 3 more`: the first items of a list that may be long. */
export function quoteList(items: readonly string[], limit = 10): string {
  return listSome(
    items.map((item) => quote(item, 60)),
    ", ",
    limit,
  );
}

/** The first items joined, and how many more there are. */
export function listSome(items: readonly string[], separator: string, limit: number): string {
  const shown = items.slice(0, limit).join(separator);
  return items.length <= limit ? shown : `${shown}${separator}and ${items.length - limit} more`;
}
