import { html } from "../../../report/html.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { PageAction, PageArea } from "../shell/page-area.ts";
import { link } from "../shell/page-links.ts";
import { saveFeedback, withdrawFeedback } from "./feedback-form.ts";
import { backToList } from "./selected-traces.ts";
import { makeRows, selectionPage } from "./selection-page.ts";
import { exportTraces } from "./trace-export.ts";
import { nameOf } from "./trace-table.ts";
import { factsLine, traceLinks, traceView } from "./trace-view.ts";
import { tracesPage } from "./traces-page.ts";

export const tracesArea: PageArea = {
  name: "Traces",
  address: "/ui/traces",
  pages: (services) => {
    const actions: Readonly<Record<string, PageAction>> = {
      feedback: (fields, request) => saveFeedback(fields, services, request),
      withdraw: (fields, request) => withdrawFeedback(fields, services, request),
    };
    return [
      { path: "/ui/traces", show: (request) => tracesPage(services, request), actions },
      {
        path: "/ui/traces/selection",
        show: async (request) => backToList(request) ?? selectionPage(services, request),
        actions: { rows: (fields, request) => makeRows(fields, services, request) },
      },
      {
        path: "/ui/traces/export",
        show: async (request) => backToList(request) ?? exportTraces(services, request),
      },
      {
        path: "/ui/traces/:id",
        show: async (request) => {
          const trace = await resolveTrace(services.traces, request.param("id"));
          const version = trace.prompt?.version;
          return {
            title: `${nameOf(trace)}${version === undefined ? "" : `, version ${version}`}`,
            crumbs: html`${link(["ui", "traces"], "Traces")} / ${trace.traceId}`,
            meta: factsLine(trace),
            tools: traceLinks(trace),
            content: await traceView(trace, services, request, { level: 1 }),
          };
        },
        actions,
      },
    ];
  },
};
