import type { Deployment } from "../../../contracts/registry.ts";
import { type Html, html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import { environmentTag, promptAddress, renderMoment } from "../shell/page-links.ts";
import type { PromptView } from "./prompt-view.ts";

/** More are in `registry history`. */
const mostShown = 100;

/** What was deployed where, newest first. */
export function deploymentsSection({ path, deployments }: PromptView): Html {
  const shown = deployments.slice(-mostShown).toReversed();
  const more = deployments.length - shown.length;
  return html`<section aria-labelledby="h-dep"><div class="sec"><h2 id="h-dep">Deployments</h2></div>
${shown.length === 0 ? emptyNote("Nothing is deployed yet") : dataTable(columnsOf(path), shown, { label: "Deployments" })}${more > 0 ? html`<p class="small muted">${more} earlier ones are in <code>dao-opt registry history</code>.</p>` : null}</section>`;
}

function columnsOf(path: string): readonly TableColumn<Deployment>[] {
  const version = (number: number | null) =>
    number === null
      ? html`nothing`
      : html`<a href="${promptAddress(path, { version: number })}">${number}</a>`;
  return [
    { head: "When (UTC)", cell: ({ at }) => renderMoment(at) },
    { head: "Environment", cell: ({ environment }) => environmentTag(environment) },
    { head: "Change", cell: ({ from, to }) => html`${version(from)} → ${version(to)}` },
    { head: "By", label: "by", cell: ({ by }) => by ?? "" },
    { head: "Note", isWide: true, cell: ({ note }) => note ?? "" },
  ];
}
