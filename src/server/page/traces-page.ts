import type { TraceFilter, TraceStore } from "../../contracts/trace-store.ts";
import type { Trace } from "../../core/trace.ts";
import { html } from "../../report/html.ts";
import { layout, link, renderMoment } from "./layout.ts";

const mostShown = 100;
const longest = 120;

/** The newest traces that a filter lets through. */
export async function tracesPage(
  traces: TraceStore,
  filter: TraceFilter,
  shownFilter: Readonly<Record<string, string>>,
): Promise<string> {
  const found: Trace[] = [];
  for await (const trace of traces.list(filter, { newestFirst: true })) {
    found.push(trace);
    if (found.length === mostShown) break;
  }
  const field = (name: string, hint: string) =>
    html`<input name="${name}" value="${shownFilter[name] ?? ""}" placeholder="${hint}">`;
  return layout(
    "Traces",
    html`<form method="get" action="/ui/traces">${field("prompt", "prompt")}${field("model", "model")}${field("search", "words in it")}<button>Find</button></form>
${
  found.length === 0
    ? html`<p class="quiet">No trace here.</p>`
    : html`<div class="wide"><table>
<tr><th>Started</th><th>Prompt</th><th>Model</th><th>Output</th><th class="number">ms</th><th class="number">Rating</th><th></th></tr>
${found.map((trace) => {
  const { traceId, startedAt, prompt, name, model, output, error, latencyMs } = trace;
  const rating = trace.feedback?.findLast((one) => one.rating !== undefined)?.rating;
  return html`<tr><td>${renderMoment(startedAt)}</td><td>${prompt?.path ?? name ?? ""}${prompt?.version === undefined ? "" : ` ${prompt.version}`}</td><td>${model ?? ""}</td>
<td>${error === undefined ? cut(output ?? "") : html`<span class="failed">${cut(error)}</span>`}</td>
<td class="number">${latencyMs === undefined ? "" : Math.round(latencyMs)}</td><td class="number">${rating ?? ""}</td>
<td>${link(["ui", "traces", traceId], "open")}</td></tr>`;
})}
</table></div>
${found.length === mostShown ? html`<p class="quiet">the newest ${mostShown}; <code>dao-opt traces list</code> shows all</p>` : null}`
}`,
  );
}

function cut(text: string): string {
  const characters = [...text.replace(/\s+/g, " ")];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("");
}
