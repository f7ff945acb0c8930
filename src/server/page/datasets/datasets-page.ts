import { stat } from "node:fs/promises";
import { type Html, html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { renderMoment, tag } from "../shell/page-links.ts";
import { shownCommand, typedCommand } from "../shell/shown-command.ts";
import { datasetCensus } from "./dataset-census.ts";
import {
  type DatasetServices,
  findPageDataset,
  listPageDatasets,
  type PageDataset,
} from "./page-datasets.ts";

interface ListedDataset {
  readonly dataset: PageDataset;
  /** A collected dataset and one of the config have this name. */
  readonly isNamesake: boolean;
  readonly rows: number | undefined;
  readonly bytes?: number;
  readonly updatedAt?: string;
}

const columns: readonly TableColumn<ListedDataset>[] = [
  {
    head: "Dataset",
    cell: ({ dataset, isNamesake }) =>
      html`<a href="${dataset.addressAt()}">${dataset.name}</a> ${dataset.isCollected ? (isNamesake ? tag("collected") : null) : tag("config")}${isNamesake ? namesakeLine(dataset) : null}`,
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
    cell: ({ dataset }) =>
      html`<span class="small muted break">${dataset.isCopy === true ? "copy last fetched from MLflow: " : ""}${dataset.where}</span>`,
  },
];

function namesakeLine({ isCollected }: PageDataset): Html {
  return html`<div class="small muted">${isCollected ? "Not the dataset of this name in the config: runs of the config read that one." : "A collected dataset has this name too; runs of the config read this one."}</div>`;
}

/** Collected datasets and those of the config. */
export async function datasetsPage(
  services: DatasetServices,
  { commands }: PageRequest,
): Promise<PageContent> {
  const entries = await listPageDatasets(services);
  const listed: ListedDataset[] = [];
  for (const { name, isCollected } of entries) {
    const dataset = await findPageDataset(services, name, !isCollected);
    const { rows } = await datasetCensus(dataset);
    const isNamesake = entries.some((one) => one.name === name && one.isCollected !== isCollected);
    listed.push({ dataset, isNamesake, rows, ...(isCollected ? await fileFigures(dataset) : {}) });
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

async function fileFigures({ where }: PageDataset): Promise<Pick<ListedDataset, "bytes" | "updatedAt">> {
  const { size, mtime } = await stat(where);
  return { bytes: size, updatedAt: mtime.toISOString() };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toLocaleString("en-US", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
}
