import { type Html, html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { filterForm, filterInput } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { addressOf, link } from "../shell/page-links.ts";
import type { ApiDocument, ApiOperation } from "./api-document.ts";

/** All operations by group, and the schemas. */
export function docsPage(document: ApiDocument, { query }: PageRequest): PageContent {
  const q = query.get("q") ?? "";
  const wanted = q.toLowerCase();
  const found = document.operations.filter(({ path, summary, method, group }) =>
    `${method} ${path} ${summary} ${group}`.toLowerCase().includes(wanted),
  );
  const groups = [...new Set(found.map(({ group }) => group))];
  const names = Object.keys(document.schemas)
    .filter((name) => name.toLowerCase().includes(wanted))
    .sort();
  return {
    title: "API",
    meta: html`${document.description} Version ${document.version}. <a href="/openapi.json">openapi.json</a> is the same for tools.`,
    content: html`${keyNote(document)}
${filterForm(filterInput("Search", "q", q, "path or word"), { address: "/docs", part: "list", clear: q === "" ? undefined : "/docs" })}
<div id="list">${found.length + names.length === 0 ? emptyNote("Nothing matches", html`<a href="/docs">Show everything</a>`) : null}
${groups.map((group) => groupSection(group, found))}
${names.length === 0 ? null : html`<section aria-labelledby="h-schemas"><div class="sec"><h2 id="h-schemas">Schemas</h2></div><p class="names">${names.map((name) => html`${link(["docs", "schemas", name], name)} `)}</p></section>`}</div>`,
  };
}

function keyNote({ operations }: ApiDocument): Html {
  return operations.some(({ needsKey }) => needsKey)
    ? html`<p class="small muted">Keys go into the header <code>X-API-KEY</code>, or into <code>Authorization: Bearer</code>. Read-only keys may read.</p>`
    : html`<p class="small muted">This server needs no key. With <code>--api-key</code>, keys go into the header <code>X-API-KEY</code>.</p>`;
}

const columns: readonly TableColumn<ApiOperation>[] = [
  {
    head: "Path",
    cell: ({ id, method, path }) =>
      html`<a class="op" href="${addressOf(["docs", id])}"><b class="verb">${method}</b> <code>${path}</code></a>`,
  },
  { head: "What it does", isWide: true, cell: ({ summary }) => summary },
];

function groupSection(group: string, operations: readonly ApiOperation[]): Html {
  const own = operations.filter((one) => one.group === group);
  const id = `g-${group.replace(/[^A-Za-z0-9]+/g, "-")}`;
  return html`<section aria-labelledby="${id}"><div class="sec"><h2 id="${id}">${group}</h2><span class="muted small">${own.length} ${own.length === 1 ? "operation" : "operations"}</span></div>
${dataTable(columns, own, { label: `Operations: ${group}` })}</section>`;
}
