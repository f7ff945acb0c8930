import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { DatasetError } from "../../../core/errors.ts";
import { renderYaml } from "../../../formats/yaml/parse-yaml.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { changeForm, textField } from "../shell/change-form.ts";
import type { FormFields } from "../shell/form-fields.ts";
import type { PageDone, PageRequest } from "../shell/page-area.ts";
import { addressOf } from "../shell/page-links.ts";
import { copyButton } from "../shell/shown-command.ts";
import { type DatasetServices, findPageDataset, type PageDataset } from "./page-datasets.ts";

/** Rows of MLflow are in no file: nothing here can be copied. */
function isCopyable({ isCollected, where }: PageDataset): boolean {
  return !isCollected && where !== "MLflow";
}

function copyAddress(dataset: PageDataset): string {
  return `${dataset.addressAt([], { copy: "1" })}#copy`;
}

/** Opens the form. */
export function copyButtonOf(dataset: PageDataset, { canWrite }: PageRequest): Html | null {
  if (!canWrite || !isCopyable(dataset)) return null;
  return html`<a class="btn" href="${copyAddress(dataset)}">Copy to an editable dataset…</a>`;
}

/** A note on a row of the config: why it has no form, and what to do. */
export function copyOffer(dataset: PageDataset, { canWrite }: PageRequest): Html | null {
  if (dataset.isCollected || !canWrite) return null;
  const why = html`<strong>This row is read only.</strong> It comes from ${dataset.where}, which the config names; these pages change only datasets in the state folder.`;
  return isCopyable(dataset)
    ? html`<p class="note">${why} <a href="${copyAddress(dataset)}">Copy to an editable dataset…</a></p>`
    : html`<p class="note">${why} Edit it in MLflow.</p>`;
}

/** The form that copies a dataset of the config, if the address has it or it was refused. */
export function copyPanel(dataset: PageDataset, request: PageRequest): Html | null {
  const isAsked = request.query.has("copy") || request.refused?.action === "copy";
  if (!isAsked || !request.canWrite || !isCopyable(dataset)) return null;
  const { name, sources } = dataset;
  const form = changeForm(
    request,
    { action: "copy", label: `Copy ${name}` },
    (typed) => html`
${textField({ label: "Name of the copy", name: "copy_name", value: typed("copy_name", `${name}-edited`), isRequired: true })}
<div class="row"><button class="btn main">Copy</button><a class="btn plain" data-escape href="${dataset.addressAt()}">Cancel</a></div>`,
  );
  const parts =
    sources.length > 1
      ? html`<p>Its parts become one dataset. The tag <code>split</code> of each row keeps its part; a run divides the copy anew.</p>`
      : null;
  return html`<section class="panel" id="copy" aria-labelledby="h-copy"><h2 id="h-copy">Copy to an editable dataset</h2>
<p>The copy is made in the state folder, and its rows can be edited here. The file of the config stays as it is, and runs go on reading it until the config names the copy.</p>
${parts}${form}</section>`;
}

/** After the copy: the lines of the config that make runs read it. */
export function copiedNote(
  { name, isCollected }: PageDataset,
  { query }: PageRequest,
  { project }: Pick<ServerServices, "project">,
): Html | null {
  const original = query.get("copied") ?? "";
  if (!isCollected || !Object.hasOwn(project?.datasets ?? {}, original)) return null;
  const lines = renderYaml({ datasets: { [original]: { name } } }).trimEnd();
  return html`<div class="note"><strong>Runs still read the file of the config.</strong> To use this copy, replace the entry <code>${original}</code> of the config by these lines, and start <code>serve</code> again. Leave out <code>path</code>, <code>data</code>, <code>inputs</code> and <code>expected</code>: the copy has its columns in place.
<pre class="cmd" id="copy-lines">${lines}</pre>${copyButton("copy-lines", "Copy lines")}</div>`;
}

/** Copies all rows, or none. Rejects with ConflictError if the name is taken. */
export async function copyDataset(
  services: DatasetServices,
  name: string,
  fields: FormFields,
): Promise<PageDone> {
  const dataset = await findPageDataset(services, name, true);
  if (!isCopyable(dataset))
    throw new DatasetError(`the rows of ${name} are in MLflow`, [], { hint: "edit them there" });
  const copy = fields.get("copy_name").trim();
  const { rows } = await services.datasets.merge(copy, recordsOf(dataset), { isNew: true });
  return {
    to: addressOf(["ui", "datasets", copy], { copied: name }),
    message: `${rows.toLocaleString("en-US")} ${rows === 1 ? "row was" : "rows were"} copied to ${copy}.`,
  };
}

async function* recordsOf(dataset: PageDataset): AsyncGenerator<DatasetRecord> {
  let isEmpty = true;
  for await (const { record, part } of dataset.rows()) {
    isEmpty = false;
    const isUntagged = part !== undefined && record.tags?.["split"] === undefined;
    yield isUntagged ? { ...record, tags: { ...record.tags, split: part } } : record;
  }
  if (isEmpty)
    throw new DatasetError(`${dataset.name} has no rows to copy`, [], { hint: "add rows to its file first" });
}
