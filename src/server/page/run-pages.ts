import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { shellWord } from "../../core/text/shell-word.ts";
import { type Html, html } from "../../report/html.ts";
import { renderReport } from "../../report/render-report.ts";
import type { RunFolder, RunningState, RunStore } from "../../run/store/run-store.ts";
import type { ServerServices } from "../server-services.ts";
import { layout, link, renderMoment } from "./layout.ts";

const mostShown = 100;

/** Runs of the state folder, newest first, with links to their reports. */
export async function runsPage(runs: Pick<RunStore, "list">): Promise<string> {
  const all = await runs.list();
  return layout(
    "Runs",
    all.length === 0
      ? html`<p class="quiet">No runs in this state folder yet.</p>`
      : html`<div class="wide"><table>
<tr><th>Run</th><th>Config</th><th>Started</th><th>Status</th><th class="number">Improved</th><th class="number">Calls</th><th class="number">Cost</th></tr>
${all.slice(0, mostShown).map(
  ({ run, config, startedAt, running, result }) => html`<tr>
<td>${link(["ui", "runs", run], run)}</td><td>${config}</td><td>${renderMoment(startedAt)}</td>
<td>${running === null ? (result?.status ?? "interrupted") : "running"}</td>
<td class="number">${result === null ? "" : `${result.improved} of ${result.optimizations}`}</td>
<td class="number">${running?.progress.calls ?? result?.calls ?? ""}</td>
<td class="number">${typeof result?.usd === "number" ? `$${result.usd.toFixed(4)}` : "–"}</td></tr>`,
)}
</table></div>`,
  );
}

/** The report of a run, the progress of a running one, or the resume command of an interrupted one. */
export async function runPage(runs: ServerServices["runs"], id: string): Promise<string> {
  const folder = await runs.find(id);
  const running = await runs.running(folder);
  if (running !== undefined) return layout(folder.run, progressSection(running));
  return (await reportOf(folder, runs)) ?? layout(folder.run, await interruptedSection(folder, runs));
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

function progressSection({ pid, progress }: RunningState): Html {
  const { optimizations, calls } = progress;
  return html`<p><strong>running</strong>in process ${pid}, ${calls} calls so far. Reload the page for progress; the report appears here at the end.</p>
<div class="wide"><table>
<tr><th>Optimization</th><th>Status</th><th>Phase</th><th>Step</th><th class="number">Calls</th></tr>
${optimizations.map(
  ({ name, status, phase, step, of, calls: own }) =>
    html`<tr><td>${name}</td><td>${status}</td><td>${phase ?? ""}</td><td>${step === null ? "" : `${step}${of === null ? "" : ` of ${of}`}`}</td><td class="number">${own}</td></tr>`,
)}
</table></div>`;
}

async function interruptedSection(folder: RunFolder, runs: Pick<RunStore, "readPlan">): Promise<Html> {
  const stored = await runs.readPlan(folder).catch(() => undefined);
  if (stored === undefined) return html`<p><strong>interrupted</strong> before it started.</p>`;
  return html`<p><strong>interrupted</strong>. Its answers are kept; resume with</p>
<pre>dao-opt run ${shellWord(stored.configPath)} --resume ${folder.run} --state ${shellWord(dirname(dirname(folder.path)))}</pre>`;
}
