import { type Html, html } from "../../../report/html.ts";
import { codeSpans } from "./code-spans.ts";

/** Nothing to show: what is missing, and the next step. */
export function emptyNote(missing: string, next?: Html | string): Html {
  return html`<div class="empty"><strong>${missing}</strong>${next === undefined ? null : html`<p>${typeof next === "string" ? codeSpans(next) : next}</p>`}</div>`;
}

/** What is wrong with the value, then what to do. */
export function errorNote(message: string, hint?: string, id?: string): Html {
  const text = html`<strong>✕ ${codeSpans(sentence(message))}</strong>${hint === undefined ? null : html` ${codeSpans(sentence(hint))}`}`;
  return id === undefined
    ? html`<p class="note bad" role="alert">${text}</p>`
    : html`<p class="note bad" role="alert" id="${id}">${text}</p>`;
}

/** Something that passes: a wait, a retry, an offline model, a gate that blocks. */
export function warningNote(message: Html | string): Html {
  return html`<p class="note warn" role="status">${typeof message === "string" ? codeSpans(message) : message}</p>`;
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(start) ? start : `${start}.`;
}
