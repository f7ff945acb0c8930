import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import { messageText } from "../../../core/prompt/message.ts";
import { estimateTokens } from "../../../core/usage.ts";
import { referenceAnswer } from "../../../datasets/manage/reference-answer.ts";
import { type Html, html, trusted } from "../../../report/html.ts";
import { exactText } from "../../../report/inert-text.ts";
import type { ServerServices } from "../../server-services.ts";
import {
  type DatasetServices,
  findPageDataset,
  listPageDatasets,
  type PageRow,
} from "../datasets/page-datasets.ts";
import { areaField } from "../shell/change-form.ts";
import { errorNote } from "../shell/notes.ts";
import { promptAddress } from "../shell/page-links.ts";
import type { PromptView } from "./prompt-view.ts";

const inputName = (variable: string) => `input.${variable}`;

/** The messages that a call would send, with the inputs of a dataset's row or with typed ones. */
export async function renderedView(
  services: Pick<ServerServices, "templates" | "datasets" | "project" | "mlflowRows">,
  view: PromptView,
  variables: readonly string[],
): Promise<Html> {
  const { path, shown, request } = view;
  const { query } = request;
  const names = await listPageDatasets(services);
  const { row, problem } = await chosenRow(services, query);
  const fields = variables.map((name) =>
    areaField({
      label: name,
      name: inputName(name),
      value: query.get(inputName(name)) ?? "",
      rows: 2,
      placeholder: textOf(row?.record.inputs[name]),
    }),
  );
  const options = names.map(
    ({ name }) =>
      html`<option value="${name}"${query.get("dataset") === name ? html` selected` : null}>${name}</option>`,
  );
  const rowNumber = query.get("row") ?? "1";
  return html`<form method="get" action="${promptAddress(path)}#version" class="stackf" aria-label="Inputs"><input type="hidden" name="version" value="${shown.version}"><input type="hidden" name="view" value="rendered">
${names.length === 0 ? null : html`<div class="filters"><label class="field">Row of a dataset<select name="dataset"><option value="">none: typed inputs only</option>${options}</select></label><label class="field">Row number<input type="number" name="row" min="1" value="${trusted(exactText(rowNumber))}"></label></div>`}
${fields}
<div class="row"><button class="btn">Render</button>${row === undefined ? null : nextRow(view, Number(rowNumber))}</div></form>
${problem === undefined ? null : errorNote(problem.message, problem.hint)}
${await renderedText(services, view, inputsOf(variables, query, row, shown.templateLanguage === "jinja"), variables)}
${row === undefined ? null : expectedText(row)}`;
}

/** Typed inputs replace those of the row. */
function inputsOf(
  variables: readonly string[],
  query: URLSearchParams,
  row: PageRow | undefined,
  isJinja: boolean,
): JsonObject {
  const typed = variables.flatMap((name): [string, JsonValue][] => {
    const text = (query.get(inputName(name)) ?? "").replace(/\r\n?/g, "\n");
    return text === "" ? [] : [[name, isJinja ? typedValue(text) : text]];
  });
  return { ...row?.record.inputs, ...Object.fromEntries(typed) };
}

/** Jinja templates loop over lists and objects, which are typed as JSON. */
function typedValue(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

interface ChosenRow {
  readonly row?: PageRow;
  readonly problem?: { readonly message: string; readonly hint?: string | undefined };
}

async function chosenRow(services: DatasetServices, query: URLSearchParams): Promise<ChosenRow> {
  const name = query.get("dataset") ?? "";
  if (name === "") return {};
  const wanted = Number(query.get("row") ?? "1");
  try {
    const dataset = await findPageDataset(services, name);
    let at = 0;
    for await (const row of dataset.rows()) if (++at === wanted) return { row };
    return { problem: { message: `${name} has ${at} rows; there is no row ${query.get("row") ?? ""}` } };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return { problem: error };
  }
}

function nextRow({ path, shown, request: { query } }: PromptView, row: number): Html {
  const at = (number: number) =>
    promptAddress(path, {
      version: shown.version,
      view: "rendered",
      dataset: query.get("dataset") ?? "",
      row: number,
    });
  return html`${row > 1 ? html`<a class="btn plain" href="${at(row - 1)}#version">Previous row</a>` : null}<a class="btn plain" href="${at(row + 1)}#version">Next row</a>`;
}

/** Jinja is rendered in threads of its own, within its limits. */
async function renderedText(
  { templates }: Pick<ServerServices, "templates">,
  { shown: { template, templateLanguage } }: PromptView,
  inputs: JsonObject,
  variables: readonly string[],
): Promise<Html> {
  if (variables.length > 0 && Object.keys(inputs).length === 0)
    return html`<p class="muted">Choose a row or type the inputs, then render.</p>`;
  try {
    const messages = await templates.render(template, templateLanguage, inputs);
    const tokens = messages.reduce((sum, message) => sum + estimateTokens(messageText(message)), 0);
    return html`${messages.map(
      (message) =>
        html`<h3 class="role">${message.role}</h3><div class="text" tabindex="0" role="region" aria-label="Rendered message, role ${message.role}">${messageText(message)}</div>`,
    )}<p class="small muted">As a call would send it: about ${tokens.toLocaleString("en-US")} tokens.</p>`;
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return errorNote(error.message, error.hint);
  }
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 200);
}

function expectedText({ record, id, address }: PageRow): Html {
  const { text, kind } = referenceAnswer(record);
  const row = html`<a href="${address}">row ${id.slice(0, 8)}</a>`;
  if (text === undefined) return html`<p class="small muted">Inputs of ${row}.</p>`;
  return html`<p class="small muted">Inputs of ${row}. ${kind === "expected" ? "Expected" : "Recorded"} answer: <span class="mono">${text.slice(0, 500)}</span></p>`;
}
