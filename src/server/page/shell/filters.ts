import { type Html, html } from "../../../report/html.ts";

/** A choice among few: each is a link, so that every state has an address. */
export interface FilterChip {
  readonly name: string;
  readonly address: string;
  readonly isCurrent: boolean;
  readonly count?: number;
}

export function filterChips(label: string, chips: readonly FilterChip[]): Html {
  return html`<nav class="chips" aria-label="${label}">${chips.map(
    ({ name, address, isCurrent, count }) =>
      html`<a href="${address}"${isCurrent ? html` aria-current="true"` : null}>${name}${count === undefined ? null : html` <span class="n">${count.toLocaleString("en-US")}</span>`}</a>`,
  )}</nav>`;
}

interface FilterFormOptions {
  /** The page itself. */
  readonly address: string;
  /** Id of the part that the filters change: with scripts, it is exchanged while typing. */
  readonly part: string;
  /** The address without filters, if any is set. */
  readonly clear?: string | undefined;
  /** False: only the button filters, because each answer takes its time. Default: true. */
  readonly isLive?: boolean;
  /** Values of the query that stay. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** A form that filters a list by its address. */
export function filterForm(fields: Html, options: FilterFormOptions): Html {
  const { address, part, clear, kept = {}, isLive = true } = options;
  const trigger = isLive ? "submit, change, input changed delay:250ms" : "submit";
  return html`<form class="filters" method="get" action="${address}" aria-label="Filters" role="search" hx-get="${address}" hx-trigger="${trigger}" hx-target="#${part}" hx-select="#${part}" hx-swap="outerHTML" hx-sync="this:replace" hx-replace-url="true">
${Object.entries(kept).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}${fields}
<div class="row"><button class="btn">Filter</button>${clear === undefined ? null : html`<a class="btn plain" href="${clear}">Clear</a>`}</div>
</form>`;
}

export function filterInput(label: string, name: string, value: string, placeholder = ""): Html {
  return html`<label class="field">${label}<input type="search" name="${name}" value="${value}" placeholder="${placeholder}" autocomplete="off" spellcheck="false"></label>`;
}

/** The first choice is the one without a filter; its value is empty. */
export function filterSelect(
  label: string,
  name: string,
  value: string,
  choices: readonly (readonly [value: string, text: string])[],
): Html {
  return html`<label class="field">${label}<select name="${name}">${choices.map(
    ([one, text]) => html`<option value="${one}"${one === value ? html` selected` : null}>${text}</option>`,
  )}</select></label>`;
}
