import type { RowResult } from "../../contracts/row-result.ts";
import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import { type Html, html } from "../html.ts";

/** Where an optimization stands on the page. */
export interface Place {
  /** Starts every id of the optimization: empty if it is the only one. */
  readonly prefix: string;
  /** Level of the headings of its sections. */
  readonly level: 2 | 3;
  readonly run: RunRecord;
  /** Where a server shows more of a row; a report alone links to nothing. */
  readonly rowLink?: RowLinks | undefined;
}

export interface RowLink {
  readonly address: string;
  readonly text: string;
  readonly title: string;
}

export type RowLinks = (record: OptimizationRecord, row: RowResult) => RowLink | undefined;

/** A part of an optimization, with its place on the page. */
export interface SectionContext extends Place {
  readonly record: OptimizationRecord;
}

/** A titled part of the page; `note` stands at the right of its title. */
export function section(
  { prefix, level, record }: SectionContext,
  { id, title, note }: { readonly id: string; readonly title: string; readonly note?: Html | string },
  body: Html | readonly (Html | null)[],
): Html {
  const heading = `${prefix}h-${id}`;
  // Each optimization has the same sections: a list of landmarks must distinguish them.
  const name =
    prefix === "" ? html`aria-labelledby="${heading}"` : html`aria-label="${title}: ${record.name}"`;
  return html`<section id="${prefix}${id}" ${name}>
<div class="sec"><h${level} id="${heading}">${title}</h${level}>${note === undefined || note === "" ? null : html`<span class="muted small">${note}</span>`}</div>
${body}
</section>
`;
}
