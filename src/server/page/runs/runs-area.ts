import type { PageArea } from "../shell/page-area.ts";
import { runPage } from "./run-page.ts";
import { runsPage } from "./runs-page.ts";

export const runsArea: PageArea = {
  name: "Runs",
  address: "/ui/runs",
  pages: ({ runs }) => [
    { path: "/ui/runs", show: (request) => runsPage(runs, request) },
    { path: "/ui/runs/:id", show: ({ param, commands }) => runPage(runs, param("id"), commands) },
  ],
};
