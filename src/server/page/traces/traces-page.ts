import type { TraceStore } from "../../../contracts/trace-store.ts";
import { isDaoOptError, NotFoundError } from "../../../core/errors.ts";
import type { Trace } from "../../../core/trace.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { emptyNote, errorNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { addressOf, changedQuery } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { type FoundTraces, searchTraces } from "./search-traces.ts";
import {
  filterParams,
  listCommand,
  readTraceQuery,
  type TraceQuery,
  traceFilterForm,
} from "./trace-filters.ts";
import { traceTable } from "./trace-table.ts";
import { traceView } from "./trace-view.ts";

/** The traces of a query; `?trace=` shows one beside them. */
export async function tracesPage(services: ServerServices, request: PageRequest): Promise<PageContent> {
  const { query, path, commands } = request;
  const { traces } = services;
  let asked: TraceQuery;
  try {
    asked = readTraceQuery(query, services.clock.now());
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return {
      title: "Traces",
      status: 400,
      content: html`${traceFilterForm(query, true)}<div id="list">${errorNote(error.message, error.hint)}</div>`,
    };
  }
  const part = pageOfQuery(query);
  const found = await searchTraces(traces, asked, part);
  const chosen = query.get("trace") ?? "";
  const trace = chosen === "" ? undefined : await chosenTrace(traces, chosen);
  const list = html`${searchNote(found, request)}${
    found.traces.length === 0
      ? nothing(asked, found, path)
      : html`${selectionForm(found.traces, asked, request)}${pager(part, { path, query: withoutTrace(query), shown: found.traces.length, hasMore: found.hasMore, names: asked.isConversation ? ["Earlier", "Later"] : ["Newer", "Older"] })}`
  }`;
  const next =
    trace === undefined
      ? undefined
      : found.traces[found.traces.findIndex(({ traceId }) => traceId === trace.traceId) + 1];
  return {
    title: "Traces",
    content: html`${traceFilterForm(query, asked.hasFilter)}
<div id="list">${shownCommand(commands, listCommand(asked), { folders: ["state"] })}${
      trace === undefined
        ? list
        : html`<div class="split chosen"><section aria-label="List">${list}</section>
<div class="one" id="trace"><p class="back"><a href="${changedQuery(path, query, { trace: undefined })}">← Back to the list</a></p>${await traceView(trace, services, request, { level: 2, next: next?.traceId })}</div></div>`
    }</div>`,
  };
}

async function chosenTrace(traces: TraceStore, id: string): Promise<Trace> {
  const trace = await traces.find(id);
  if (trace === undefined) throw new NotFoundError("trace", id);
  return trace;
}

function withoutTrace(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete("trace");
  return rest;
}

/** Says how far back a search came that took too long. */
function searchNote({ searchedTo, traces }: FoundTraces, { path, query }: PageRequest): Html | null {
  if (searchedTo === undefined) return null;
  const older = changedQuery(path, withoutTrace(query), { until: searchedTo, page: undefined });
  return html`<p class="note" role="status">${traces.length === 0 ? "Nothing found so far." : "There may be more."} Searched back to ${searchedTo.slice(0, 16).replace("T", " ")} UTC. <a href="${older}">Search older traces</a></p>`;
}

function nothing({ hasFilter }: TraceQuery, { searchedTo }: FoundTraces, path: string): Html | null {
  if (searchedTo !== undefined) return null;
  return hasFilter
    ? emptyNote(
        "No trace matches these filters",
        html`Remove a filter, or search a longer time. <a href="${path}">Clear all filters</a>`,
      )
    : emptyNote(
        "No traces yet",
        html`Point an application at the recording proxy of this server: <code>OPENAI_BASE_URL=…/openai/v1</code>`,
      );
}

/** Filters and page of the list, to come back to it. */
function keptFields(query: URLSearchParams): readonly Html[] {
  return [...query]
    .filter(([name, value]) => value !== "" && !["id", "all", "format"].includes(name))
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** Checkboxes and what is done with the chosen traces. Reading needs no token: the next page asks for one. */
function selectionForm(traces: readonly Trace[], asked: TraceQuery, request: PageRequest): Html {
  const filters = filterParams(asked);
  const all = `${addressOf(["ui", "traces", "selection"])}?${new URLSearchParams([...filters, ["all", "1"]])}`;
  return html`<form method="get" action="/ui/traces/selection" aria-label="Selected traces">${keptFields(request.query)}
<div class="row spread tools"><span class="row"><button class="btn">${request.canWrite ? "Make dataset rows of selected…" : "Show selected"}</button><button class="btn" formaction="/ui/traces/export">Export selected</button></span><a href="${all}">${asked.hasFilter ? "Use all that match…" : "Use all…"}</a></div>
${traceTable(traces, request)}
</form>`;
}
