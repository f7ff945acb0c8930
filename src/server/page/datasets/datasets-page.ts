import { stat } from "node:fs/promises";
import { countRows } from "../../../datasets/manage/validate-rows.ts";
import { html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { renderMoment, tag } from "../shell/page-links.ts";
import { shownCommand, typedCommand } from "../shell/shown-command.ts";
import { findPageDataset, listPageDatasets, type PageDataset } from "./page-datasets.ts";

interface ListedDataset {
  readonly dataset: PageDataset;
  readonly rows?: number;
  readonly bytes?: number;
  readonly updatedAt?: string;
}

const columns: readonly TableColumn<ListedDataset>[] = [
  {
    head: "Dataset",
    cell: ({ dataset }) =>
      html`<a href="${dataset.addressAt()}">${dataset.name}</a> ${dataset.isCollected ? null : tag("config")}`,
  },
  { head: "Rows", isNumber: true, cell: ({ rows }) => rows?.toLocaleString("en-US") ?? "–" },
  { head: "kB", isNumber: true, cell: ({ bytes }) => (bytes === undefined ? "–" : kilobytes(bytes)) },
  {
    head: "Updated (UTC)",
    label: "updated",
    cell: ({ updatedAt }) => (updatedAt === undefined ? "" : renderMoment(updatedAt)),
  },
  {
    head: "File",
    isWide: true,
    cell: ({ dataset }) => html`<span class="small muted break">${dataset.where}</span>`,
  },
];

/** Collected datasets and those of the config. */
export async function datasetsPage(
  services: Pick<ServerServices, "datasets" | "project">,
  { commands }: PageRequest,
): Promise<PageContent> {
  const entries = await listPageDatasets(services);
  const listed: ListedDataset[] = [];
  for (const { name, isCollected } of entries) {
    const dataset = await findPageDataset(services, name, !isCollected);
    listed.push({ dataset, ...(isCollected ? await figuresOf(dataset) : {}) });
  }
  const content =
    listed.length === 0
      ? emptyNote(
          "No datasets yet",
          html`Collect one: <code>${typedCommand(commands, "dao-opt collect import FILE", ["state"])}</code>`,
        )
      : html`${dataTable(columns, listed, { label: "Datasets" })}
${shownCommand(commands, "dao-opt dataset list", { folders: ["state"] })}`;
  return { title: "Datasets", content };
}

async function figuresOf({ where }: PageDataset): Promise<Omit<ListedDataset, "dataset">> {
  const { size, mtime } = await stat(where);
  return { rows: await countRows(where), bytes: size, updatedAt: mtime.toISOString() };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toLocaleString("en-US", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
}
