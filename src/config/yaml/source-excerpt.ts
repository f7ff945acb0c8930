import { isSecretKey } from "../values/secret-fields.ts";
import { yamlLines } from "./yaml-lines.ts";

/** Columns of a line that are shown around a mistake. */
const width = 60;

/** The line of an offset with a caret below it. What may be a key or password is shown as dots. */
export function sourceExcerpt(text: string, offset: number): string {
  const lines = yamlLines(text);
  const at = lines.lineOf(offset);
  const line = veil(lines.lines[at] ?? "").replaceAll("\t", "→");
  const column = Math.min(offset - lines.startOf(at), line.length);
  const start = Math.max(0, Math.min(column - width / 2, line.length - width));
  const shown = line.slice(start, start + width).trimEnd();
  const number = String(at + 1);
  const head = start > 0 ? "…" : "";
  const tail = start + width < line.length ? "…" : "";
  const gutter = " ".repeat(number.length);
  return `${number} | ${head}${shown}${tail}\n${gutter} | ${" ".repeat(column - start + head.length)}^`;
}

function veil(line: string): string {
  return line
    .replace(
      /(["']?)([\w-]+)\1(\s*[:=]\s*)([^,}\]#]*)/g,
      (whole, quote: string, key: string, colon: string, value: string) =>
        isSecretKey(key) && !value.includes("${")
          ? `${quote}${key}${quote}${colon}${value.replace(/[^\s"']/g, "•")}`
          : whole,
    )
    .replace(/[A-Za-z0-9+/_-]{20,}/g, (word) =>
      /\d/.test(word) && /[A-Za-z]/.test(word) ? "•".repeat(word.length) : word,
    );
}
