import { valueText } from "../../../core/data/json.ts";
import { conversationOf, inputsText } from "../../../core/prompt/conversation.ts";
import { messageText } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { type Html, html } from "../../../report/html.ts";
import { lastOf } from "../../../traces/dataset-record.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { latency } from "../shell/page-figures.ts";
import { changedQuery } from "../shell/page-links.ts";

const longest = 120;

/** Traces with a box to select each. */
export function traceTable(traces: readonly Trace[], { path, query }: PageRequest): Html {
  const chosen = query.get("trace") ?? "";
  const line = (trace: Trace): Html => {
    const { traceId, startedAt, prompt, model, latencyMs, chainId, error } = trace;
    const name = nameOf(trace);
    const address = `${changedQuery(path, query, { trace: traceId })}#trace`;
    return html`<tr${traceId === chosen ? html` aria-selected="true"` : null}><td><input type="checkbox" name="id" value="${traceId}" aria-label="Select ${name} of ${startedAt.slice(11, 19)}"></td><td class="nowrap"><time datetime="${startedAt}" title="${startedAt}"><span class="day">${startedAt.slice(5, 10)} </span>${startedAt.slice(11, 19)}</time></td><th scope="row"><a href="${address}">${name}</a>${prompt?.version === undefined ? null : html` ${prompt.version}`}${chainId === undefined ? null : html` <span class="tag">chain</span>`} <span class="muted small">${model ?? ""}</span>${inputLine(trace)}<div class="muted cut">${error === undefined ? cut(answerOf(trace)) : html`<span class="st no">Error</span> ${cut(error)}`}</div></th><td class="num" data-l="latency">${latencyMs === undefined ? null : latency(latencyMs)}</td><td data-l="rating">${ratingOf(trace)}</td></tr>
`;
  };
  return html`<table class="stack tl" aria-label="Traces">
<thead><tr><th scope="col" class="c-x"><span class="vh">Select</span></th><th scope="col">Time (UTC)</th><th scope="col">Name, input and answer</th><th scope="col" class="num">Latency</th><th scope="col">Rating</th></tr></thead>
<tbody>
${traces.map(line)}</tbody>
</table>`;
}

/** The last part of the prompt's path, the trace's own name, or its id. */
export function nameOf({ prompt, name, traceId }: Trace): string {
  const last = prompt?.path?.split("/").at(-1);
  const shown = last ?? name ?? traceId;
  return shown.trim() === "" ? traceId : cut(shown);
}

/** The beginning of what was asked, marked for readers that see no arrow. */
function inputLine(trace: Trace): Html | null {
  const text = cut(inputOf(trace));
  return text.trim() === ""
    ? null
    : html`<div class="cut"><span class="vh">Input: </span>${text} <span class="muted" aria-hidden="true">→</span></div>`;
}

/** The variables, else the last message of the user. */
function inputOf({ inputs, messages = [] }: Trace): string {
  const [only, ...others] = Object.values(inputs ?? {});
  if (inputs !== undefined && only !== undefined) {
    const isAlone = others.length === 0 && conversationOf(inputs) === undefined;
    return isAlone ? valueText(only) : inputsText(inputs);
  }
  const last = messages.findLast(({ role }) => role === "user");
  return last === undefined ? "" : messageText(last);
}

function answerOf({ output, toolCalls, outputMessage }: Trace): string {
  const calls = toolCalls ?? outputMessage?.toolCalls ?? [];
  if (typeof output === "string" && output !== "") return output;
  return calls.map(({ name, arguments: given }) => `${name}(${given})`).join(", ");
}

function ratingOf({ feedback = [] }: Trace): Html {
  const rating = lastOf(feedback, "rating");
  const isCorrected = lastOf(feedback, "betterResponse") !== undefined;
  const corrected = isCorrected ? html`<div class="muted small">corrected</div>` : null;
  if (rating === undefined) return corrected ?? html`<span class="muted">–</span>`;
  return html`<span class="st ${rating >= 0.5 ? "up" : "down"}">${Number(rating.toFixed(2))}</span>${corrected}`;
}

/** One line of a text, cut between characters. */
function cut(text: string): string {
  const characters = [...text.slice(0, longest * 4).replace(/\s+/g, " ")];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("");
}
