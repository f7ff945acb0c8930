import { html } from "../../../report/html.ts";
import { runStatus } from "../../../run/store/list-runs.ts";
import type { RunSummary } from "../../../run/store/run-summary.ts";
import type { ServerServices } from "../../server-services.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { filterForm, filterInput, filterSelect } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { dollars, duration } from "../shell/page-figures.ts";
import { addressOf, link, renderMoment } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";

const statuses = ["running", "completed", "budget", "interrupted", "failed"] as const;

/** Runs of the state folder, newest first; `?status=` and `?config=` filter, `?compare=` selects a second run. */
export async function runsPage(
  runs: ServerServices["runs"],
  { query, path, commands }: PageRequest,
): Promise<PageContent> {
  const status = query.get("status") ?? "";
  const config = (query.get("config") ?? "").trim();
  const compared = query.get("compare") ?? "";
  const part = pageOfQuery(query);
  const { runs: shown, total } = await runs.listPart({
    offset: part.offset,
    limit: part.limit,
    ...(status === "" ? {} : { status }),
    ...(config === "" ? {} : { config }),
  });
  const hasFilter = status !== "" || config !== "";
  const clear = addressOf(["ui", "runs"], { compare: compared });
  const list =
    shown.length > 0
      ? html`${dataTable(columnsOf(compared), shown, { label: "Runs", isSelected: ({ run }) => run === compared })}${pager(part, { path, query, shown: shown.length, total, names: ["Newer", "Older"] })}`
      : hasFilter
        ? emptyNote("No run matches these filters", html`<a href="${clear}">Show all runs</a>`)
        : emptyNote("No runs in this state folder yet", "Start one with `dao-opt run config.yaml`.");
  const choices = [["", "Any"], ...statuses.map((one) => [one, one] as const)] as const;
  return {
    title: "Runs",
    content: html`${filterForm(
      html`${filterSelect("Status", "status", status, choices)}${filterInput("Config", "config", config, "part of the name")}`,
      {
        address: path,
        part: "list",
        clear: hasFilter ? clear : undefined,
        ...(compared === "" ? {} : { kept: { compare: compared } }),
      },
    )}
${compared === "" ? null : html`<p class="note">Choose the run to compare ${compared} with. <a href="${addressOf(["ui", "runs"])}">Cancel</a></p>`}
<div id="list">${list}</div>
${shownCommand(commands, "dao-opt runs list", { folders: ["state"] })}`,
  };
}

function columnsOf(compared: string): readonly TableColumn<RunSummary>[] {
  const columns: readonly TableColumn<RunSummary>[] = [
    { head: "Run", cell: ({ run }) => link(["ui", "runs", run], run) },
    { head: "Config", label: "config", cell: ({ config }) => config },
    { head: "Started (UTC)", label: "started", cell: ({ startedAt }) => renderMoment(startedAt) },
    { head: "Status", cell: statusOf },
    {
      head: "Improved",
      isNumber: true,
      cell: ({ result }) => (result === null ? "" : `${result.improved} of ${result.optimizations}`),
    },
    {
      head: "Calls",
      isNumber: true,
      cell: ({ running, result }) =>
        (running?.progress.calls ?? result?.calls)?.toLocaleString("en-US") ?? "",
    },
    { head: "Cost", isNumber: true, cell: ({ result }) => (result === null ? "" : dollars(result.usd)) },
    {
      head: "Time",
      isNumber: true,
      cell: ({ result }) => (result === null ? "" : duration(result.seconds)),
    },
  ];
  if (compared === "") return columns;
  const compare: TableColumn<RunSummary> = {
    head: html`<span class="vh">Compare</span>`,
    cell: ({ run, result }) =>
      run === compared || result === null
        ? ""
        : html`<a href="${addressOf(["ui", "runs", "compare"], { a: compared, b: run })}" aria-label="compare with ${run}">compare</a>`,
  };
  return [...columns, compare];
}

const styles: Readonly<Record<string, string>> = {
  running: "live",
  completed: "ok",
  budget: "wait",
  interrupted: "no",
  failed: "no",
};

function statusOf(summary: RunSummary) {
  const status = runStatus(summary);
  return html`<span class="st ${Object.hasOwn(styles, status) ? (styles[status] ?? "same") : "same"}">${status}</span>`;
}
