import truncated from "fast-string-truncated-width";

/** The beginning of a line, no wider than so many columns, with `…` where something was left out. */
export function shortened(text: string, columns: number): string {
  const { index, ellipsed } = truncated(text, { limit: columns, ellipsis: "…" });
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index);
}
