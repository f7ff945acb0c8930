import type { JsonValue } from "../../../core/data/json.ts";
import { messageText } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { type Html, html } from "../../../report/html.ts";
import type { PageContent } from "../shell/page-area.ts";
import { link, promptLink, renderMoment } from "../shell/page-links.ts";

/** A trace with all its fields. */
export function tracePage(trace: Trace): PageContent {
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
  return {
    title: trace.traceId,
    crumbs: html`${link(["ui", "traces"], "Traces")} / ${trace.traceId}`,
    meta: html`${renderMoment(trace.startedAt)} · ${facts.map(([name, value]) => `${name} ${value}`).join(" · ")}`,
    content: html`${prompt?.path === undefined ? null : html`<p>${promptLink(prompt.path, `${prompt.path}${prompt.version === undefined ? "" : ` version ${prompt.version}`}`, prompt.version === undefined ? {} : { version: String(prompt.version) })}</p>`}
${error === undefined ? null : html`<h2>Error</h2><pre class="text bad">${error}</pre>`}
${inputs === undefined ? null : section("Inputs", inputs)}
${messages.length === 0 ? null : html`<h2>Messages</h2>${messages.map((message) => html`<h3>${message.role}</h3><pre class="text">${messageText(message)}${message.toolCalls === undefined ? "" : `\n${JSON.stringify(message.toolCalls, null, 2)}`}</pre>`)}`}
${typeof output === "string" ? html`<h2>Output</h2><pre class="text">${output}</pre>` : null}
${
  toolCalls === undefined
    ? null
    : section(
        "Tool calls",
        toolCalls.map((call) => ({ ...call })),
      )
}
${feedback.length === 0 ? null : html`<h2>Feedback</h2>${feedback.map(({ rating, betterResponse, comment, at, by }) => html`<p>${renderMoment(at)}${by === undefined ? "" : ` by ${by}`}${rating === undefined ? "" : `: rated ${rating}`}</p>${betterResponse === undefined ? null : html`<pre class="text">${betterResponse}</pre>`}${comment === undefined ? null : html`<p>${comment}</p>`}`)}`}
${trace.parameters === undefined ? null : section("Parameters", trace.parameters)}
${trace.metadata === undefined ? null : section("Metadata", trace.metadata)}`,
  };
}

function section(title: string, value: JsonValue): Html {
  return html`<h2>${title}</h2><pre class="text">${JSON.stringify(value, null, 2)}</pre>`;
}

function tokensOf({ usage }: Trace): string | undefined {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return undefined;
  return `${usage.inputTokens ?? "?"} + ${usage.outputTokens ?? "?"}`;
}
