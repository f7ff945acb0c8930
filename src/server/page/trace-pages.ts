import type { TraceFilter, TraceStore } from "../../contracts/trace-store.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { messageText } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { type Html, html } from "../../report/html.ts";
import { layout, link, promptLink, renderMoment } from "./layout.ts";

const mostShown = 100;
const longest = 120;

/** The newest traces that match a filter. */
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
    html`<form method="get" action="/ui/traces">${field("prompt", "prompt")}${field("model", "model")}${field("search", "words")}<button>Find</button></form>
${
  found.length === 0
    ? html`<p class="quiet">No traces.</p>`
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

/** A trace with all its fields. */
export function tracePage(trace: Trace): string {
  const { prompt, messages = [], inputs, output, toolCalls, feedback = [], error } = trace;
  const facts = [
    ["model", trace.model],
    ["provider", trace.provider],
    ["finish", trace.finishReason],
    ["latency", trace.latencyMs === undefined ? undefined : `${Math.round(trace.latencyMs)} ms`],
    ["tokens", tokensOf(trace)],
    ["cost", typeof trace.costUsd === "number" ? `$${trace.costUsd}` : undefined],
    ["environment", trace.environment],
    ["user", trace.user],
    ["chat", trace.chatId],
    ["chain", trace.chainId],
    ["source", trace.source],
  ].filter((fact): fact is [string, string] => fact[1] !== undefined);
  return layout(
    trace.traceId,
    html`<p class="quiet">${renderMoment(trace.startedAt)} · ${facts.map(([name, value]) => `${name} ${value}`).join(" · ")}</p>
${prompt?.path === undefined ? null : html`<p>${promptLink(prompt.path, `${prompt.path}${prompt.version === undefined ? "" : ` version ${prompt.version}`}`, prompt.version === undefined ? {} : { version: String(prompt.version) })}</p>`}
${error === undefined ? null : html`<h2>Error</h2><pre class="failed">${error}</pre>`}
${inputs === undefined ? null : section("Inputs", inputs)}
${messages.length === 0 ? null : html`<h2>Messages</h2>${messages.map((message) => html`<h4>${message.role}</h4><pre>${messageText(message)}${message.toolCalls === undefined ? "" : `\n${JSON.stringify(message.toolCalls, null, 2)}`}</pre>`)}`}
${typeof output === "string" ? html`<h2>Output</h2><pre>${output}</pre>` : null}
${
  toolCalls === undefined
    ? null
    : section(
        "Tool calls",
        toolCalls.map((call) => ({ ...call })),
      )
}
${feedback.length === 0 ? null : html`<h2>Feedback</h2>${feedback.map(({ rating, betterResponse, comment, at, by }) => html`<p>${renderMoment(at)}${by === undefined ? "" : ` by ${by}`}${rating === undefined ? "" : `: rated ${rating}`}</p>${betterResponse === undefined ? null : html`<pre>${betterResponse}</pre>`}${comment === undefined ? null : html`<p>${comment}</p>`}`)}`}
${trace.parameters === undefined ? null : section("Parameters", trace.parameters)}
${trace.metadata === undefined ? null : section("Metadata", trace.metadata)}`,
  );
}

function section(title: string, value: JsonValue): Html {
  return html`<h2>${title}</h2><pre>${JSON.stringify(value, null, 2)}</pre>`;
}

function tokensOf({ usage }: Trace): string | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return `${usage.inputTokens ?? "?"} + ${usage.outputTokens ?? "?"}`;
}
