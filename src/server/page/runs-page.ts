import { html } from "../../report/html.ts";
import type { RunStore } from "../../run/store/run-store.ts";
import { layout, link, renderMoment } from "./layout.ts";

const mostShown = 100;

/** Runs of the state folder, the newest first, each with a link to its report. */
export async function runsPage(runs: Pick<RunStore, "list">): Promise<string> {
  const all = await runs.list();
  return layout(
    "Runs",
    all.length === 0
      ? html`<p class="quiet">No run in this state folder yet.</p>`
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
