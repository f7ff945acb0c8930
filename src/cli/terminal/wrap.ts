import truncated from "fast-string-truncated-width";
import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

const hang = "  ";
// Narrower widths are ignored as invalid.
const narrowest = 8;

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
  const [margin = ""] = /^ */.exec(line) ?? [];
  const width = Math.max(narrowest, columns - margin.length - hang.length);
  const parts = wrapAnsi(line.slice(margin.length), width, { hard: true }).split("\n");
  return parts.map((part, at) => `${margin}${at === 0 ? "" : hang}${part}`);
}

/** Wraps a command between words with trailing backslashes, so that it can be copied. */
export function wrapCommand(command: string, columns: number): string {
  if (stringWidth(command) <= columns) return command;
  const words = command.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  const [first = "", ...rest] = words;
  const lines = [first];
  for (const word of rest) {
    const longer = `${lines.at(-1)} ${word}`;
    // Two columns for ` \`.
    if (stringWidth(longer) <= columns - 2) lines[lines.length - 1] = longer;
    else lines.push(`${hang}${word}`);
  }
  return lines.join(" \\\n");
}

/** Truncates a line to `columns` with `…`. */
export function shortened(text: string, columns: number): string {
  const { index, ellipsed } = truncated(text, { limit: columns, ellipsis: "…" });
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index);
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
