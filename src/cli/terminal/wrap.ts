import truncated from "fast-string-truncated-width";
import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

const hang = "  ";
// A terminal that says it is narrower than this is none.
const narrowest = 8;

/** The text with no line wider than `columns`; the rest of a wrapped line stands a little to the right of it. */
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

/** A command line to be copied: wrapped between its words, where the shell goes on reading. */
export function wrapCommand(command: string, columns: number): string {
  if (stringWidth(command) <= columns) return command;
  const words = command.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  const [first = "", ...rest] = words;
  const lines = [first];
  for (const word of rest) {
    const longer = `${lines.at(-1)} ${word}`;
    // Two columns for the mark that ends the line.
    if (stringWidth(longer) <= columns - 2) lines[lines.length - 1] = longer;
    else lines.push(`${hang}${word}`);
  }
  return lines.join(" \\\n");
}

/** The beginning of a line, no wider than so many columns, with `…` where something was left out. */
export function shortened(text: string, columns: number): string {
  const { index, ellipsed } = truncated(text, { limit: columns, ellipsis: "…" });
  return ellipsed ? `${text.slice(0, index)}…` : text.slice(0, index);
}

/**
 * Somebody else's text for a terminal: control characters other than line ends and tabs are shown (`␛`), and
 * not obeyed, for an answer of a model could move the cursor or colour what follows.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}
