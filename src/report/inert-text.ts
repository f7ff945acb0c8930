import { html } from "./html.ts";

/**
 * Direction marks can make a text look like another one; other controls are not shown or break the file. Joiners
 * stay: emoji and several scripts need them.
 */
const hidden = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
const blanks = new Set(["\t", "\n", "\r"]);

/** Shows control characters by their code points. */
export function inertText(markup: string): string {
  return markup.replace(hidden, (mark) => (blanks.has(mark) ? mark : `⟨U+${codePoint(mark)}⟩`));
}

function codePoint(mark: string): string {
  return mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** Escaped text for a form field: characters that `inertText` would show by name are sent back as they are. */
export function exactText(text: string): string {
  return html`${text}`.markup.replace(hidden, (mark) =>
    blanks.has(mark) || mark === "\0" ? mark : `&#x${codePoint(mark)};`,
  );
}
