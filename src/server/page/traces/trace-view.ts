import type { JsonValue } from "../../../core/data/json.ts";
import { type ChatMessage, messageText, type ToolCall } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { count } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { clipText, foldText } from "../../../report/rows/clip-text.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { dollars, latency } from "../shell/page-figures.ts";
import { addressOf, changedQuery, link, promptLink, renderMoment } from "../shell/page-links.ts";
import { chainOf, waterfall } from "./chain-view.ts";
import { feedbackPart } from "./feedback-form.ts";
import { nameOf } from "./trace-table.ts";

interface TraceViewOptions {
  /** 1: the page has no other heading for it. */
  readonly level: 1 | 2;
  /** The trace below it in the list. */
  readonly next?: string | undefined;
}

const longestText = 200_000;
const longestJson = 100_000;

/** A trace: its chain, its conversation, what was sent and answered, and its feedback. */
export async function traceView(
  trace: Trace,
  { traces }: Pick<ServerServices, "traces">,
  request: PageRequest,
  { level, next }: TraceViewOptions,
): Promise<Html> {
  const chain = await chainOf(traces, trace);
  const address = (traceId: string) =>
    level === 1
      ? addressOf(["ui", "traces", traceId])
      : `${changedQuery(request.path, request.query, { trace: traceId })}#trace`;
  const { inputs, parameters, metadata, providerRequest, providerResponse, stdout } = trace;
  const heading =
    level === 1
      ? null
      : html`<div class="sec"><h2 id="h-trace">${nameOf(trace)}${trace.prompt?.version === undefined ? null : html`, version ${trace.prompt.version}`}</h2><span class="row small">${traceLinks(trace)}</span></div>
<p class="meta">${factsLine(trace)}</p>`;
  return html`<section aria-label="Trace ${trace.traceId}">${heading}
${chain.length === 0 ? null : html`<h${level + 1} class="gap">Chain of ${count(chain.length)} calls</h${level + 1}>${waterfall(chain, trace.traceId, address)}`}
${trace.error === undefined ? null : html`<p class="note bad"><strong>✕ ${clipText(trace.error, 2000)}</strong>${trace.errorCode === undefined ? null : html` (${trace.errorCode})`}</p>`}
<h${level + 1} class="gap">Conversation</h${level + 1}>
${conversation(trace, level + 2)}
${inputs === undefined ? null : jsonDetails("Inputs", inputs, true)}
${parameters === undefined ? null : jsonDetails("Parameters", parameters)}
${metadata === undefined ? null : jsonDetails("Metadata", metadata)}
${providerRequest === undefined ? null : jsonDetails("Request", providerRequest)}
${providerResponse === undefined ? null : jsonDetails("Response", providerResponse)}
${stdout === undefined || stdout === "" ? null : html`<details><summary>Output of the application</summary><pre class="text" tabindex="0">${clipText(stdout, longestJson)}</pre></details>`}</section>
${feedbackPart(trace, request, next)}`;
}

/** The line of facts under the name of a trace. */
export function factsLine(trace: Trace): Html {
  const { chatId, chainId, prompt, usage, costUsd, latencyMs, parentId } = trace;
  const text = (value: string | undefined) => (value === undefined ? [] : [html`${clipText(value, 200)}`]);
  const tokens =
    usage?.inputTokens === undefined && usage?.outputTokens === undefined
      ? undefined
      : `${countOr(usage.inputTokens)} + ${countOr(usage.outputTokens)} tokens${usage.reasoningTokens === undefined ? "" : `, ${count(usage.reasoningTokens)} of them reasoning`}`;
  const facts: readonly Html[] = [
    renderMoment(trace.startedAt),
    ...(prompt?.path === undefined
      ? []
      : [
          promptLink(
            prompt.path,
            prompt.version === undefined ? prompt.path : `${prompt.path} ${prompt.version}`,
            prompt.version === undefined ? {} : { version: prompt.version },
          ),
        ]),
    ...text(modelOf(trace)),
    ...(chatId === undefined
      ? []
      : [html`chat ${link(["ui", "traces"], clipText(chatId, 60), { chat: chatId })}`]),
    ...(chainId === undefined
      ? []
      : [html`chain ${link(["ui", "traces"], clipText(chainId, 60), { chain: chainId })}`]),
    ...(parentId === undefined
      ? []
      : [html`parent ${link(["ui", "traces", parentId], clipText(parentId, 60))}`]),
    ...text(trace.environment),
    ...(trace.user === undefined ? [] : text(`user ${trace.user}`)),
    ...text(latencyMs === undefined ? undefined : latency(latencyMs)),
    ...text(tokens),
    ...(typeof costUsd === "number" ? [html`${dollars(costUsd)}`] : []),
    ...text(trace.finishReason),
    ...(trace.source === undefined ? [] : text(`from ${trace.source}`)),
  ];
  return html`${facts.map((fact, at) => (at === 0 ? fact : html` · ${fact}`))}`;
}

export function traceLinks({ traceId, prompt, inputs }: Trace): Html {
  const json = addressOf(["ui", "traces", "export"], { id: traceId, format: "jsonl" });
  const play =
    prompt?.path === undefined || inputs === undefined
      ? null
      : html`<a href="${addressOf(["ui", "playground"], { trace: traceId })}">Open in playground</a>`;
  return html`<a href="${addressOf(["ui", "traces", traceId])}">Link</a><a href="${json}">JSON</a>${play}<a href="${addressOf(["ui", "traces", "selection"], { id: traceId })}">Dataset row…</a>`;
}

/** The name may already start with the provider's. */
function modelOf({ provider, model }: Trace): string | undefined {
  if (model === undefined || provider === undefined) return model ?? provider;
  return model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}

function countOr(value: number | undefined): string {
  return value === undefined ? "?" : count(value);
}

function conversation(
  { messages = [], output, outputMessage, toolCalls, reasoning, saved }: Trace,
  level: number,
): Html {
  if (saved === false) return html`<p class="muted">The application asked not to keep its texts.</p>`;
  const calls = toolCalls ?? outputMessage?.toolCalls ?? [];
  const answer = output ?? (outputMessage === undefined ? "" : messageText(outputMessage));
  const hasAnswer = answer !== "" || calls.length > 0 || reasoning !== undefined;
  if (messages.length === 0 && !hasAnswer) return html`<p class="muted">No texts were recorded.</p>`;
  return html`${messages.map((message) => messagePart(message, level))}${
    hasAnswer
      ? html`<div class="msg ai"><h${level}>answer</h${level}>${reasoning === undefined ? null : html`<details><summary>Reasoning</summary><div class="body">${clipText(reasoning, longestText)}</div></details>`}${answer === "" ? null : html`<div class="body">${foldText(answer, longestText, 4000)}</div>`}${callsPart(calls)}</div>`
      : null
  }`;
}

function messagePart(message: ChatMessage, level: number): Html {
  const { role, content, toolCalls = [] } = message;
  const others = Array.isArray(content)
    ? content.filter((part) => typeof part["text"] !== "string").map(({ type }) => `[${String(type)}]`)
    : [];
  const name = message["name"];
  return html`<div class="msg"><h${level}>${role}${typeof name === "string" ? `: ${name}` : ""}</h${level}><div class="body">${foldText(messageText(message), longestText, 4000)}</div>${others.length === 0 ? null : html`<p class="muted small">${others.join(" ")}</p>`}${callsPart(toolCalls)}</div>`;
}

function callsPart(calls: readonly ToolCall[]): Html | null {
  if (calls.length === 0) return null;
  return html`${calls.map(({ name, arguments: given }) => html`<div class="call"><span class="tag">tool</span> <code>${name}(${clipText(given, longestJson)})</code></div>`)}`;
}

function jsonDetails(title: string, value: JsonValue, isOpen = false): Html {
  const text = clipText(JSON.stringify(value, null, 2), longestJson);
  return html`<details${isOpen && text.length < 2000 ? html` open` : null}><summary>${title}</summary><pre class="text" tabindex="0" role="region" aria-label="${title}">${text}</pre></details>`;
}
