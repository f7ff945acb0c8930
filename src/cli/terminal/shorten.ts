import truncated from "fast-string-truncated-width";
import stringWidth from "fast-string-width";

/** Truncates a line to `columns` with `…`. */
export function shortened(text: string, columns: number): string {
  if (columns <= 0) return "";
  const { index, ellipsed } = truncated(text, { limit: columns, ellipsis: "…" });
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index);
}

/** Truncates a name in its middle, where names of one family differ least: `optimi…timent`. */
export function shortenedInMiddle(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  if (columns < 3) return shortened(text, columns);
  const room = columns - 1;
  const head = shortenedExactly(text, Math.ceil(room / 2));
  const reversed = [...text].reverse().join("");
  const tail = [...shortenedExactly(reversed, room - stringWidth(head))].reverse().join("");
  return `${head}…${tail}`;
}

function shortenedExactly(text: string, columns: number): string {
  return text.slice(0, truncated(text, { limit: columns, ellipsis: "" }).index);
}

/** The last segment of a path if the whole path does not fit; shortened in its middle if that does not either. */
export function shortenedPath(path: string, columns: number): string {
  if (stringWidth(path) <= columns) return path;
  return shortenedInMiddle(path.slice(path.lastIndexOf("/") + 1), columns);
}
