import { type Html, html } from "../../../report/html.ts";

/** A description with its `code` marked. */
export function codeSpans(text: string): Html {
  return html`${text
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
