import type { JsonObject } from "../../../core/data/json.ts";
import { type Html, html } from "../../../report/html.ts";
import { codeSpans } from "../shell/code-spans.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import type { PageContent } from "../shell/page-area.ts";
import { addressOf, link } from "../shell/page-links.ts";
import { copyButton } from "../shell/shown-command.ts";
import { type ApiDocument, type ApiOperation, referencedName } from "./api-document.ts";
import { exampleRequest } from "./example-request.ts";
import { schemaView, typeOf } from "./schema-view.ts";

/** One operation: parameters, bodies, answers, and a command that calls it. */
export function operationPage(operation: ApiOperation, document: ApiDocument, server: string): PageContent {
  const { method, path, summary, description, parameters, body, responses, group } = operation;
  return {
    title: summary,
    crumbs: html`${link(["docs"], "API")} / ${link(["docs"], group, { q: group })}`,
    meta: html`<b class="verb">${method}</b> <code>${path}</code>`,
    content: html`${description === undefined ? null : html`<p>${codeSpans(description)}</p>`}
<section aria-labelledby="h-curl"><h2 id="h-curl">Example</h2><div class="copyable"><pre class="cmd" id="curl" tabindex="0" role="region" aria-label="Example command">${exampleRequest(operation, document, server)}</pre>${copyButton("curl", "Copy")}</div></section>
${parameters.length === 0 ? null : html`<section aria-labelledby="h-par"><h2 id="h-par">Parameters</h2>${dataTable(columns, parameters, { label: "Parameters" })}</section>`}
${body === undefined ? null : html`<section aria-labelledby="h-body"><h2 id="h-body">Body${body.isRequired ? "" : " (optional)"}</h2>${body.bodies.map(({ type, schema }) => bodyView(type, schema, document))}</section>`}
<section aria-labelledby="h-res"><h2 id="h-res">Answers</h2>${responses.map(
      ({ status, description: text, bodies }) =>
        html`<details${status.startsWith("2") ? html` open` : null}><summary><b>${status}</b> ${codeSpans(text)}</summary>${bodies.map(({ type, schema }) => bodyView(type, schema, document))}</details>`,
    )}</section>`,
  };
}

type Parameter = ApiOperation["parameters"][number];

const columns: readonly TableColumn<Parameter>[] = [
  {
    head: "Name",
    cell: ({ name, isRequired }) =>
      html`<code>${name}</code>${isRequired ? html` <b class="small">required</b>` : null}`,
  },
  { head: "In", label: "in", cell: ({ place }) => place },
  { head: "Type", label: "type", cell: ({ schema }) => typeOf(schema) },
  { head: "Meaning", isWide: true, cell: ({ description = "" }) => codeSpans(description) },
];

/** A named schema is opened where it is used. */
function bodyView(type: string, schema: JsonObject, { schemas }: ApiDocument): Html {
  const name = referencedName(schema);
  const opened = name === undefined ? schema : (schemas[name] ?? {});
  return html`<p class="small"><code>${type}</code> ${typeOf(schema)}</p>${schemaView(opened)}`;
}

/** One named schema, and the operations that use it directly. */
export function schemaPage(name: string, schema: JsonObject, { operations }: ApiDocument): PageContent {
  const mark = `"#/components/schemas/${name}"`;
  const users = operations.filter((operation) => JSON.stringify(operation).includes(mark));
  return {
    title: name,
    crumbs: html`${link(["docs"], "API")} / schemas`,
    content: html`<section aria-label="Fields">${schemaView(schema) ?? html`<p>${typeOf(schema)}</p>`}</section>
${users.length === 0 ? null : html`<section aria-labelledby="h-use"><h2 id="h-use">Used by</h2><ul class="plain">${users.map(({ id, method, path, summary }) => html`<li><a href="${addressOf(["docs", id])}"><b class="verb">${method}</b> <code>${path}</code></a> ${summary}</li>`)}</ul></section>`}`,
  };
}
