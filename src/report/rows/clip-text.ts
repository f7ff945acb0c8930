import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";

/** Shown without a click. */
const headLength = 280;
// Do not split a surrogate pair.
const halfPair = /[\uD800-\uDBFF]$/;

/** The start of a text, with an ellipsis if it is longer. */
export function clipText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit).replace(halfPair, "")}…`;
}

/** A text of any length: a long one is folded, and cut at `limit` characters with a note of the rest. */
export function foldText(text: string, limit: number): Html {
  if (text.length <= headLength) return html`${text}`;
  const whole = clipText(text, limit);
  const rest = text.length > limit ? ` … ${count(text.length - limit)} more characters` : "";
  return html`<details class="fold"><summary><span>${clipText(text, headLength)}</span> <span class="more">all ${count(text.length)} characters</span></summary>${whole}${rest === "" ? null : html`<span class="muted">${rest}</span>`}</details>`;
}
