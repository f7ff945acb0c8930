import { type Html, html } from "../../../report/html.ts";
import {
  type DatasetServices,
  findPageDataset,
  listPageDatasets,
  type PageDataset,
} from "./page-datasets.ts";

/** A note if a collected dataset and one of the config have one name: which of them a run reads. */
export async function namesakeNote(dataset: PageDataset, services: DatasetServices): Promise<Html | null> {
  const { name, isCollected, where } = dataset;
  const entries = await listPageDatasets(services);
  if (!entries.some((one) => one.name === name && one.isCollected !== isCollected)) return null;
  const other = await findPageDataset(services, name, isCollected);
  if (other.where === where)
    return isCollected
      ? html`<p class="note">The config reads this file too, as <a href="${other.addressAt()}">${name}</a>.</p>`
      : html`<p class="note">This is the file of a collected dataset. <a href="${other.addressAt()}">Edit its rows there</a>.</p>`;
  return isCollected
    ? html`<p class="note warn"><strong>The config has another dataset named ${name}.</strong> Rows that are added on these pages come here; runs of the config read <a href="${other.addressAt()}">the one of the config</a>, from <span class="break">${other.where}</span>.</p>`
    : html`<p class="note warn"><strong>A collected dataset is named ${name} too.</strong> Runs of the config read this one. Rows that are added on these pages go to <a href="${other.addressAt()}">the collected one</a>.</p>`;
}
