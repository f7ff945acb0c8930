import type { ServerServices } from "../../server-services.ts";
import type { PageArea, PageRequest } from "../shell/page-area.ts";
import { addressOf } from "../shell/page-links.ts";
import { copyDataset } from "./copy-dataset.ts";
import { datasetPage } from "./dataset-page.ts";
import { datasetsPage } from "./datasets-page.ts";
import { exportResponse } from "./export-section.ts";
import { findPageDataset, type PageDataset } from "./page-datasets.ts";
import { rowPage, saveExpected } from "./row-page.ts";

export const datasetsArea: PageArea = {
  name: "Datasets",
  address: "/ui/datasets",
  pages: (services) => [
    { path: "/ui/datasets", show: (request) => datasetsPage(services, request) },
    {
      path: "/ui/datasets/:name",
      show: async (request) => datasetPage(await datasetOf(services, request), request, services),
      actions: {
        copy: async (fields, request) => copyDataset(services, request.param("name"), fields),
      },
    },
    {
      path: "/ui/datasets/:name/export",
      show: async (request) => exportResponse(await datasetOf(services, request), request.query),
    },
    {
      path: "/ui/datasets/:name/rows/:id",
      show: async (request) => rowPage(await datasetOf(services, request), request.param("id"), request),
      actions: {
        expect: async (fields, request) => {
          const [name, id] = [request.param("name"), request.param("id")];
          const done = await saveExpected(services, name, id, fields);
          const message = done === "saved" ? "The expected answer was saved." : "Nothing changed.";
          return { to: addressOf(["ui", "datasets", name, "rows", id]), message };
        },
      },
    },
  ],
};

function datasetOf(services: ServerServices, request: PageRequest): Promise<PageDataset> {
  return findPageDataset(services, request.param("name"), request.query.get("from") === "config");
}
