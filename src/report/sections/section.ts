import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import { type Html, html } from "../html.ts";

/** Where an optimization stands on the page. */
export interface Place {
  /** Starts every id of the optimization: empty if it is the only one. */
  readonly prefix: string;
  /** Level of the headings of its sections. */
  readonly level: 2 | 3;
  readonly run: RunRecord;
}

/** A part of an optimization, with its place on the page. */
export interface SectionContext extends Place {
  readonly record: OptimizationRecord;
}

/** A titled part of the page; `note` stands at the right of its title. */
export function section(
  { prefix, level }: Pick<Place, "prefix" | "level">,
  { id, title, note }: { readonly id: string; readonly title: string; readonly note?: Html | string },
  body: Html | readonly (Html | null)[],
): Html {
  const heading = `${prefix}h-${id}`;
  return html`<section id="${prefix}${id}" aria-labelledby="${heading}">
<div class="sec"><h${level} id="${heading}">${title}</h${level}>${note === undefined || note === "" ? null : html`<span class="muted small">${note}</span>`}</div>
${body}
</section>
`;
}
