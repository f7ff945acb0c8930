import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";

/** Characters shown without a click. */
const usualHead = 200;
/** A text that is only a little longer than its head is shown whole. */
const slack = 1.4;
// Do not split a surrogate pair.
const halfPair = /[\uD800-\uDBFF]$/;

/** The start of a text, with an ellipsis if it is longer. */
export function clipText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit).replace(halfPair, "")}…`;
}

/** A text of any length: a long one is folded, and cut at `limit` characters with a note of the rest. */
export function foldText(text: string, limit: number, head = usualHead): Html {
  if (text.length <= head * slack) return html`${text}`;
  const whole = clipText(text, limit);
  const rest = text.length > limit ? ` … ${count(text.length - limit)} more characters` : "";
  return html`<details class="fold"><summary><span>${clipText(text, head)}</span> <span class="more">all ${count(text.length)} characters</span></summary>${whole}${rest === "" ? null : html`<span class="muted">${rest}</span>`}</details>`;
}
