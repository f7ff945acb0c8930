import { type Html, html } from "../html.ts";

const variable = /(\{\{[^{}]{1,200}\}\})/;

/** A prompt's text with its variables marked. */
export function highlighted(text: string): Html {
  return html`${text
    .split(variable)
    .map((part, at) => (at % 2 === 1 ? html`<span class="var">${part}</span>` : html`${part}`))}`;
}
