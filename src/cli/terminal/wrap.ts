import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

const hang = "  ";
/** Narrower terminals have no room for an indent. */
const narrowestIndent = 12;

/** Wraps text at `columns` with a hanging indent. */
export function wrapText(text: string, columns: number): string {
  if (!Number.isFinite(columns)) return text;
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, columns))
    .join("\n");
}

function wrapLine(line: string, columns: number): readonly string[] {
  if (stringWidth(line) <= columns) return [line];
  const [spaces = ""] = /^ */.exec(line) ?? [];
  const isIndented = columns >= narrowestIndent && spaces.length <= columns / 2;
  const [margin, inner] = isIndented ? [spaces, hang] : ["", ""];
  const width = Math.max(1, columns - margin.length - inner.length);
  const parts = wrapAnsi(line.slice(spaces.length), width, { hard: true }).split("\n");
  return parts.map((part, at) => `${margin}${at === 0 ? "" : inner}${part}`);
}

/**
 * Makes foreign text safe for a terminal: replaces control characters, except line ends and tabs, by visible
 * symbols. A model's answer could otherwise move the cursor or change colors.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}
