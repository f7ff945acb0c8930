import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { canonicalJson } from "../../../core/data/digest.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { inputsText } from "../../../core/prompt/conversation.ts";
import { outputText } from "../../../datasets/rows/answer-text.ts";
import { count } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { foldText } from "../../../report/rows/clip-text.ts";
import type { ServerServices } from "../../server-services.ts";
import { changeForm, textField } from "../shell/change-form.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import type { FormFields } from "../shell/form-fields.ts";
import { emptyNote, warningNote } from "../shell/notes.ts";
import type { PageContent, PageDone, PageRequest } from "../shell/page-area.ts";
import { addressOf, link } from "../shell/page-links.ts";
import { expectedText, mostSelected, rowsOf, type SelectedRows, selectedTraces } from "./selected-traces.ts";

const shownRows = 50;
const shownConflicts = 20;
const longestText = 5000;

/** What selected traces become as rows of a dataset, with what is in conflict, before anything is changed. */
export async function selectionPage(
  { traces, datasets, clock, project }: Pick<ServerServices, "traces" | "datasets" | "clock" | "project">,
  request: PageRequest,
): Promise<PageContent> {
  const { query } = request;
  const selected = await rowsOf(selectedTraces(traces, query, clock.now()));
  const names = await datasets.list();
  return {
    title: `${count(selected.traces)} selected ${selected.traces === 1 ? "trace" : "traces"}`,
    crumbs: html`${link(["ui", "traces"], "Traces")} / selection`,
    meta: html`${count(selected.records.length)} ${selected.records.length === 1 ? "row" : "rows"}; equal inputs are one row with the newest answer`,
    tools: exportLinks(query),
    content: html`${selected.isCut ? warningNote(`Only the first ${count(mostSelected)} traces are taken. Filter the list further, or use \`dao-opt traces export --format dataset\`.`) : null}
${skippedNote(selected)}
${selected.records.length === 0 ? emptyNote("No trace of the selection makes a row", "A row needs the variables of the prompt, and an answer or a correction.") : rowsForm(names, Object.keys(project?.datasets ?? {}), request)}
${conflictsSection(selected)}
${selected.records.length === 0 ? null : previewSection(selected)}`,
  };
}

function exportLinks(query: URLSearchParams): Html {
  const address = (format: string) =>
    `${addressOf(["ui", "traces", "export"])}?${new URLSearchParams([...[...query].filter(([name]) => name !== "format"), ["format", format]])}`;
  return html`${["jsonl", "csv", "openai", "dataset"].map((format) => html`<a class="btn" href="${address(format)}">Export ${format}</a>`)}`;
}

function skippedNote({ skipped }: SelectedRows): Html | null {
  if (skipped.size === 0) return null;
  const words = [...skipped].map(([reason, times]) => `${count(times)}: ${reason}`).join("; ");
  return html`<p class="note">Traces that make no row: ${words}.</p>`;
}

function rowsForm(names: readonly string[], configured: readonly string[], request: PageRequest): Html {
  return changeForm(
    request,
    { action: "rows", label: "Make dataset rows", className: "stackf panel narrow" },
    (typed) => html`
${textField({ label: "Dataset", name: "dataset", value: typed("dataset", names[0] ?? ""), placeholder: "a new or an existing name", list: "datasets", isRequired: true })}
<datalist id="datasets">${names.map((name) => html`<option value="${name}"></option>`)}</datalist>
${configured.length === 0 ? null : html`<p class="small muted">The rows go to a dataset of the state folder. The config has datasets of its own: ${configured.join(", ")}. A dataset here with such a name is another one, which runs of the config do not read.</p>`}
<label class="row"><input type="checkbox" name="redact"${request.refused !== undefined && typed("redact") === "" ? null : html` checked`}> Redact personal data and keys, as <code>--redact</code> does</label>
<label class="row"><input type="checkbox" name="replace"${typed("replace") === "" ? null : html` checked`}> Replace rows that expect another answer</label>
<div class="row"><button class="btn main">Make dataset rows</button></div>`,
  );
}

function conflictsSection({ conflicts }: SelectedRows): Html | null {
  if (conflicts.length === 0) return null;
  const columns: readonly TableColumn<(typeof conflicts)[number]>[] = [
    { head: "Inputs", cell: ({ record }) => foldText(inputsText(record.inputs), longestText) },
    {
      head: "Answers",
      isWide: true,
      cell: ({ answers }) =>
        html`<ul class="plain">${answers.slice(0, 5).map((one) => html`<li>${foldText(one, longestText)}</li>`)}</ul>`,
    },
    { head: "Taken", isWide: true, cell: ({ record }) => foldText(expectedText(record), longestText) },
  ];
  return html`<section aria-labelledby="h-conflicts"><div class="sec"><h2 id="h-conflicts">Conflicts</h2><span class="muted small">${count(conflicts.length)} rows whose traces have different answers; a correction wins, else the newest</span></div>
${dataTable(columns, conflicts.slice(0, shownConflicts), { label: "Conflicts" })}</section>`;
}

function previewSection({ records }: SelectedRows): Html {
  const columns: readonly TableColumn<DatasetRecord>[] = [
    { head: "Inputs", cell: ({ inputs }) => foldText(inputsText(inputs), longestText) },
    {
      head: "Expected",
      isWide: true,
      cell: ({ expectations }) =>
        expectations === undefined
          ? ""
          : html`${foldText(expectedText({ inputs: {}, expectations }), longestText)} <span class="tag">corrected</span>`,
    },
    {
      head: "Recorded answer",
      label: "recorded",
      isWide: true,
      cell: ({ outputs }) => foldText(outputText(outputs) ?? "", longestText),
    },
    {
      head: "Rating",
      isNumber: true,
      cell: ({ tags }) => (typeof tags?.["rating"] === "number" ? tags["rating"] : ""),
    },
  ];
  return html`<section aria-labelledby="h-rows"><div class="sec"><h2 id="h-rows">Rows</h2><span class="muted small">${records.length > shownRows ? `the first ${shownRows} of ${count(records.length)}` : ""}</span></div>
${dataTable(columns, records.slice(0, shownRows), { label: "Rows" })}</section>`;
}

/** Merges the rows into a dataset. Rows that expect another answer there are kept unless they are to be replaced. */
export async function makeRows(
  fields: FormFields,
  { traces, datasets, clock }: Pick<ServerServices, "traces" | "datasets" | "clock">,
  { query }: PageRequest,
): Promise<PageDone> {
  const name = fields.get("dataset").trim();
  if (name === "") throw new UsageError("no dataset is named", { hint: "type a new or an existing name" });
  const redactor = fields.has("redact")
    ? (await import("../../../traces/redaction/create-redactor.ts")).createRedactor()
    : undefined;
  const { records } = await rowsOf(selectedTraces(traces, query, clock.now()), redactor);
  if (records.length === 0) throw new UsageError("no trace of the selection makes a row");
  const conflicts = await conflictsWith(records, name, datasets);
  const kept = fields.has("replace")
    ? records
    : records.filter((one) => !conflicts.has(canonicalJson(one.inputs)));
  if (kept.length === 0)
    throw new UsageError(`all ${count(conflicts.size)} rows are in ${name} with another expected answer`, {
      hint: "replace them, or choose another dataset",
    });
  const { added, updated, unchanged, rows } = await datasets.merge(name, kept);
  const left = records.length - kept.length;
  const parts = [
    `${count(added)} added`,
    `${count(updated)} updated`,
    ...(unchanged === 0 ? [] : [`${count(unchanged)} unchanged`]),
    ...(left === 0 ? [] : [`${count(left)} left as they are, because they expect another answer`]),
  ];
  return {
    to: addressOf(["ui", "datasets", name]),
    message: `${name}: ${parts.join(", ")}; ${count(rows)} rows now`,
  };
}

/** Rows of the dataset with the same inputs that were corrected, and expect something else. */
async function conflictsWith(
  records: readonly DatasetRecord[],
  name: string,
  datasets: ServerServices["datasets"],
): Promise<ReadonlySet<string>> {
  const wanted = new Map(records.map((one) => [canonicalJson(one.inputs), expectedText(one)]));
  const found = new Set<string>();
  try {
    for await (const row of datasets.records(name)) {
      const key = canonicalJson(row.inputs);
      const text = wanted.get(key);
      if (text !== undefined && expectedText(row) !== text) found.add(key);
    }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  return found;
}
