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

/** Control characters, and direction overrides, which reorder the rest of a line on some terminals. */
const unsafe = /(?!\r\n)[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes foreign text safe for a terminal: replaces control characters, except line ends and tabs, by visible
 * symbols. A model's answer could otherwise move the cursor or change colors.
 */
export function printable(text: string): string {
  return text.replace(unsafe, symbolOf);
}

function symbolOf(control: string): string {
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
}

/** Colors and weights of this program: bold, dim, struck through, and the foreground colors. */
const ownStyles = new RegExp(`(${"\u001b"}\\[(?:1|2|9|22|29|3[0-79])m)`);

const closing = /(?:22|29|39)m$/;
const reset = "\u001b[0m";

/** Makes everything printable but this program's own styles, for text that goes to a terminal as it is. */
export function printableOutput(text: string): string {
  if (text.search(unsafe) < 0) return text;
  const parts = text.split(ownStyles);
  const shown = parts.map((part, at) => (at % 2 === 1 ? part : printable(part))).join("");
  // This program closes its styles; foreign text may not.
  const last = parts.at(-2);
  return last === undefined || closing.test(last) ? shown : shown + reset;
}
