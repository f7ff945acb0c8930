import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { JsonValue } from "../../../core/data/json.ts";
import { DatasetError } from "../../../core/errors.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type ReferenceKind, referenceAnswer } from "../../../datasets/manage/reference-answer.ts";
import { type Html, html } from "../../../report/html.ts";
import { dataTable } from "../shell/data-table.ts";
import { filterForm, filterInput, filterSelect } from "../shell/filters.ts";
import { emptyNote, errorNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { changedQuery, link, tag } from "../shell/page-links.ts";
import { type PageOfList, pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { copiedNote, copyButtonOf, copyPanel } from "./copy-dataset.ts";
import { datasetCensus, type OptionalColumn } from "./dataset-census.ts";
import { namesakeNote } from "./dataset-namesake.ts";
import { exportSection } from "./export-section.ts";
import type { DatasetServices, PageDataset, PageRow } from "./page-datasets.ts";
import { rowColumns } from "./row-columns.ts";
import { statsView } from "./stats-view.ts";

const kinds: readonly (readonly [value: string, text: string])[] = [
  ["", "any"],
  ["expected", "expected answer"],
  ["facts", "expected facts"],
  ["output", "recorded answer only"],
  ["none", "none"],
];

/** The rows of a dataset, or its statistics. */
export async function datasetPage(
  dataset: PageDataset,
  request: PageRequest,
  services: DatasetServices,
): Promise<PageContent> {
  const { query, commands } = request;
  const view = query.get("view") === "stats" ? "stats" : "rows";
  const { rows: total, columns } = await datasetCensus(dataset);
  const rowsTab = total === undefined ? "Rows" : `Rows (${total.toLocaleString("en-US")})`;
  const tabs = (["rows", "stats"] as const).map(
    (name) =>
      html`<a href="${dataset.addressAt([], { view: name === "rows" ? undefined : name })}"${name === view ? html` aria-current="page"` : null}>${name === "rows" ? rowsTab : "Statistics and near-duplicates"}</a>`,
  );
  const word = shellWord(dataset.isCollected ? dataset.name : dataset.where);
  return {
    ...frameOf(dataset),
    tools: copyButtonOf(dataset, request),
    content: html`${copiedNote(dataset, request, services)}${copyPanel(dataset, request)}${await namesakeNote(dataset, services)}<nav class="tabs" aria-label="View of ${dataset.name}">${tabs}</nav>
${view === "stats" ? await statsView(dataset) : await rowsView(dataset, columns, request)}
${exportSection(dataset)}
${shownCommand(commands, `dao-opt dataset ${view === "stats" ? "stats" : "show"} ${word}`, { folders: ["state"] })}`,
  };
}

export function frameOf({ name, isCollected, isCopy, where }: PageDataset): Omit<PageContent, "content"> {
  return {
    title: name,
    crumbs: html`${link(["ui", "datasets"], "Datasets")} / ${name}`,
    meta: html`${isCollected ? "collected" : html`of the config ${tag("read only")}`}${isCopy === true ? " · copy last fetched from MLflow" : ""} · <span class="break">${where}</span>`,
  };
}

async function rowsView(
  dataset: PageDataset,
  columns: ReadonlySet<OptionalColumn>,
  { query, path }: PageRequest,
): Promise<Html> {
  const [q, answer, part] = ["q", "answer", "part"].map((name) => query.get(name) ?? "") as [
    string,
    string,
    string,
  ];
  const page = pageOfQuery(query);
  const isWanted = rowFilter({ q, answer, part });
  const { rows, hasMore, problem } = await rowsOfPage(dataset, isWanted, page);
  const hasFilter = q !== "" || answer !== "" || part !== "";
  const parts = dataset.sources.length > 1 ? dataset.sources.map(({ name }) => name) : [];
  const list =
    rows.length > 0
      ? html`${dataTable(rowColumns({ columns, hasParts: parts.length > 0 }), rows, { label: "Rows", rowId: ({ id }) => `r-${id}` })}${pager(page, { path, query, shown: rows.length, hasMore })}`
      : hasFilter
        ? emptyNote(
            "No row matches these filters",
            html`<a href="${changedQuery(path, new URLSearchParams(), dataset.isCollected ? {} : { from: "config" })}">Clear all filters</a>`,
          )
        : problem === undefined
          ? emptyNote("No rows here", page.page > 1 ? "The list ends before this page." : undefined)
          : null;
  return html`${filterForm(
    html`${filterInput("Words", "q", q, "in any part of a row")}${filterSelect("Answer", "answer", answer, kinds)}${parts.length === 0 ? null : filterSelect("Part", "part", part, [["", "any"], ...parts.map((name) => [name, name] as const)])}`,
    {
      address: path,
      part: "list",
      clear: hasFilter ? dataset.addressAt() : undefined,
      kept: dataset.isCollected ? {} : { from: "config" },
    },
  )}
<div id="list">${problem === undefined ? null : errorNote(problem.message, problem.hint)}${list}</div>`;
}

interface RowFilter {
  readonly q: string;
  readonly answer: string;
  readonly part: string;
}

function rowFilter({ q, answer, part }: RowFilter): (row: PageRow) => boolean {
  const wanted = q.toLowerCase();
  return (row) =>
    (part === "" || row.part === part) &&
    (answer === "" || referenceAnswer(row.record).kind === (answer as ReferenceKind)) &&
    (wanted === "" || textsOf(row.record).toLowerCase().includes(wanted) || row.id.startsWith(wanted));
}

/** Texts as people read them: JSON would write line ends and quotes otherwise. */
function textsOf({ inputs, outputs, expectations, tags }: DatasetRecord): string {
  return [inputs, outputs, expectations, tags].flatMap(leaves).join("\n");
}

function leaves(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") return [String(value)];
  return Object.values(value as Readonly<Record<string, JsonValue>>).flatMap(leaves);
}

interface RowsOfPage {
  readonly rows: readonly PageRow[];
  readonly hasMore: boolean;
  readonly problem?: DatasetError;
}

/** Stops reading after the page. Unreadable rows are reported if the reading meets them. */
async function rowsOfPage(
  dataset: PageDataset,
  isWanted: (row: PageRow) => boolean,
  { offset, limit }: PageOfList,
): Promise<RowsOfPage> {
  const rows: PageRow[] = [];
  let passed = 0;
  try {
    for await (const row of dataset.rows()) {
      if (!isWanted(row) || passed++ < offset) continue;
      if (rows.length === limit) return { rows, hasMore: true };
      rows.push(row);
    }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return { rows, hasMore: false, problem: error };
  }
  return { rows, hasMore: false };
}
