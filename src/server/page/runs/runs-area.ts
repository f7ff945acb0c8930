import { NotFoundError } from "../../../core/errors.ts";
import type { RunFolder, StoredPlan } from "../../../run/store/run-store.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageArea, PageContent, PageRequest } from "../shell/page-area.ts";
import { partsStream } from "../shell/parts-stream.ts";
import { compareRunsPage } from "./compare-runs.ts";
import { deployWinner } from "./deploy-winner.ts";
import { finishedRunPage, reportDownload, storedReport } from "./finished-run.ts";
import { livePage, resumeCommand, viewOf } from "./live/live-page.ts";
import { liveParts } from "./live/live-parts.ts";
import { createRunWatches, type RunWatches } from "./live/run-watch.ts";
import { stopPanel, stopRun } from "./live/stop-run.ts";
import { runsPage } from "./runs-page.ts";

/** Streams of one server at the same time; more would leave no connections for anything else. */
const mostStreams = 100;

export const runsArea: PageArea = {
  name: "Runs",
  address: "/ui/runs",
  pages: (services) => {
    const { runs, registry } = services;
    const watches = createRunWatches(services);
    const streams = { open: 0 };
    const recordOf = async (id: string) => {
      const folder = await runs.find(id);
      const record = await runs.readRecord(folder);
      if (record !== undefined) return record;
      throw new NotFoundError("record", folder.run, [], { hint: "the run has no result yet" });
    };
    return [
      { path: "/ui/runs", show: (request) => runsPage(runs, request) },
      { path: "/ui/runs/compare", show: (request) => compareRunsPage(recordOf, request) },
      {
        path: "/ui/runs/:id",
        show: (request) => runPage(services, watches, request),
        actions: {
          stop: (_fields, { param }) => stopRun(services, param("id")),
          deploy: async (fields, { param }) => deployWinner(fields, await recordOf(param("id")), registry),
        },
      },
      {
        path: "/ui/runs/:id/report.html",
        show: async ({ param }) => reportDownload(await recordOf(param("id"))),
      },
      { path: "/ui/runs/:id/events", show: (request) => streamOf(services, watches, streams, request) },
    ];
  },
};

/** The progress of a running run, the report of a finished one, or how to go on with one that stopped. */
async function runPage(
  services: ServerServices,
  watches: RunWatches,
  request: PageRequest,
): Promise<PageContent | Response> {
  const { runs, clock } = services;
  const folder = await runs.find(request.param("id"));
  const stored = await planOf(runs, folder);
  if ((await runs.processOf(folder)) === undefined) {
    const record = await runs.readRecord(folder);
    if (record !== undefined) {
      const resume = resumeCommand(folder, stored, request.commands);
      return finishedRunPage(record, request, services, resume);
    }
    const report = await storedReport(folder);
    if (report !== undefined) return report;
  }
  const watch = watches.of(folder);
  await watch.refresh();
  return livePage(watch, stored, viewOf(watch, stored, request, clock), stopPanel(watch, services, request));
}

async function streamOf(
  { runs, clock, closing }: ServerServices,
  watches: RunWatches,
  streams: { open: number },
  request: PageRequest,
): Promise<Response> {
  if (streams.open >= mostStreams || closing.aborted)
    return new Response("too many pages follow runs; close some\n", {
      status: 503,
      headers: { "retry-after": "10" },
    });
  const folder = await runs.find(request.param("id"));
  const stored = await planOf(runs, folder);
  const watch = watches.of(folder);
  await watch.refresh();
  const { context, query } = request;
  streams.open++;
  return partsStream({
    source: watch,
    reloadsAtEnd: true,
    render: () => liveParts(viewOf(watch, stored, request, clock)),
    from: context.req.header("last-event-id") ?? query.get("from") ?? undefined,
    signals: [closing, context.req.raw.signal],
    onEnd: () => {
      streams.open--;
    },
  });
}

/** Undefined for a run whose process ended before it was planned. */
function planOf(runs: ServerServices["runs"], folder: RunFolder): Promise<StoredPlan | undefined> {
  return runs.readPlan(folder).catch(() => undefined);
}
