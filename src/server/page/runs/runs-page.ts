import { html } from "../../../report/html.ts";
import type { RunStore } from "../../../run/store/run-store.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { link, renderMoment } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";

type ListedRun = Awaited<ReturnType<RunStore["list"]>>[number];

/** Runs of the state folder, newest first, with links to their reports. */
export async function runsPage(
  runs: Pick<RunStore, "list">,
  { query, path, commands }: PageRequest,
): Promise<PageContent> {
  const all = await runs.list();
  const part = pageOfQuery(query);
  const shown = all.slice(part.offset, part.offset + part.limit);
  return {
    title: "Runs",
    content: html`${
      all.length === 0
        ? emptyNote("No runs in this state folder yet", "Start one with `dao-opt run config.yaml`.")
        : html`${dataTable(columns, shown, { label: "Runs" })}${pager(part, { path, query, shown: shown.length, total: all.length, names: ["Newer", "Older"] })}`
    }
${shownCommand(commands, "dao-opt runs list", { folders: ["state"] })}`,
  };
}

const columns: readonly TableColumn<ListedRun>[] = [
  { head: "Run", cell: ({ run }) => link(["ui", "runs", run], run) },
  { head: "Config", label: "config", cell: ({ config }) => config },
  { head: "Started (UTC)", label: "started", cell: ({ startedAt }) => renderMoment(startedAt) },
  {
    head: "Status",
    cell: ({ running, result }) =>
      running === null
        ? (result?.status ?? html`<span class="st no">interrupted</span>`)
        : html`<span class="st live">running</span>`,
  },
  {
    head: "Improved",
    isNumber: true,
    cell: ({ result }) => (result === null ? "" : `${result.improved} of ${result.optimizations}`),
  },
  {
    head: "Calls",
    isNumber: true,
    cell: ({ running, result }) => running?.progress.calls ?? result?.calls ?? "",
  },
  {
    head: "USD",
    isNumber: true,
    cell: ({ result }) => (typeof result?.usd === "number" ? result.usd.toFixed(4) : "–"),
  },
];
