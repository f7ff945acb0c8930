import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { shellWord } from "../../../core/text/shell-word.ts";
import { html } from "../../../report/html.ts";
import { servedReportPolicy } from "../../../report/look/report-policy.ts";
import { renderReport } from "../../../report/render-report.ts";
import type { RunFolder, RunStore } from "../../../run/store/run-store.ts";
import type { RunningState } from "../../../run/store/run-summary.ts";
import type { CommandStyle, ServerServices } from "../../server-services.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import type { PageContent } from "../shell/page-area.ts";
import { documentResponse } from "../shell/page-headers.ts";
import { link } from "../shell/page-links.ts";
import { copyButton } from "../shell/shown-command.ts";

/** The report of a run, the progress of a running one, or the resume command of an interrupted one. */
export async function runPage(
  runs: ServerServices["runs"],
  id: string,
  commands: CommandStyle,
): Promise<PageContent | Response> {
  const folder = await runs.find(id);
  const running = await runs.running(folder);
  if (running !== undefined) return runningPage(folder, running);
  const report = await reportOf(folder, runs);
  // A report brings its own script, for search and export.
  if (report !== undefined) return documentResponse(report, servedReportPolicy);
  return interruptedPage(folder, runs, commands);
}

/** The stored report; rendered again if only the record exists. */
async function reportOf(folder: RunFolder, runs: Pick<RunStore, "readRecord">): Promise<string | undefined> {
  const page = await readFile(folder.file("report.html"), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  if (page !== undefined) return page;
  const record = await runs.readRecord(folder);
  return record === undefined ? undefined : renderReport(record);
}

type Progress = RunningState["progress"]["optimizations"][number];

const columns: readonly TableColumn<Progress>[] = [
  { head: "Optimization", cell: ({ name }) => name },
  { head: "Status", label: "status", cell: ({ status }) => status },
  { head: "Phase", label: "phase", cell: ({ phase }) => phase ?? "" },
  {
    head: "Step",
    label: "step",
    cell: ({ step, of }) => (step === null ? "" : `${step}${of === null ? "" : ` of ${of}`}`),
  },
  { head: "Calls", isNumber: true, cell: ({ calls }) => calls },
];

function runningPage({ run }: RunFolder, { pid, progress }: RunningState): PageContent {
  const { optimizations, calls } = progress;
  return {
    ...frameOf(run),
    meta: html`<span class="st live">Running</span> in process ${pid}, ${calls} calls so far`,
    content: html`${dataTable(columns, optimizations, { label: "Optimizations" })}
<p class="small muted">Reload the page for progress; the report appears here at the end.</p>`,
  };
}

async function interruptedPage(
  folder: RunFolder,
  runs: Pick<RunStore, "readPlan">,
  { format }: CommandStyle,
): Promise<PageContent> {
  const stored = await runs.readPlan(folder).catch(() => undefined);
  if (stored === undefined)
    return {
      ...frameOf(folder.run),
      content: html`<p class="note bad"><strong>The run was interrupted</strong> before it started.</p>`,
    };
  const state = dirname(dirname(folder.path));
  const command = `dao-opt run ${shellWord(stored.configPath)} --resume ${folder.run} --state ${shellWord(state)}`;
  return {
    ...frameOf(folder.run),
    content: html`<p class="note bad"><strong>The run was interrupted.</strong> Its answers are kept; resume with</p>
<div class="copyable"><pre class="cmd" id="resume">${format(command)}</pre>${copyButton("resume", "Copy")}</div>`,
  };
}

function frameOf(run: string): Pick<PageContent, "title" | "crumbs"> {
  return { title: run, crumbs: html`${link(["ui", "runs"], "Runs")} / ${run}` };
}
