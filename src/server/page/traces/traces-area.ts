import { NotFoundError } from "../../../core/errors.ts";
import type { PageArea } from "../shell/page-area.ts";
import { tracePage } from "./trace-page.ts";
import { tracesPage } from "./traces-page.ts";

export const tracesArea: PageArea = {
  name: "Traces",
  address: "/ui/traces",
  pages: ({ traces }) => [
    { path: "/ui/traces", show: (request) => tracesPage(traces, request) },
    {
      path: "/ui/traces/:id",
      show: async ({ param }) => {
        const trace = await traces.find(param("id"));
        if (trace === undefined) throw new NotFoundError("trace", param("id"));
        return tracePage(trace);
      },
    },
  ],
};
