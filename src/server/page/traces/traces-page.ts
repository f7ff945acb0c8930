import type { TraceFilter, TraceStore } from "../../../contracts/trace-store.ts";
import type { Trace } from "../../../core/trace.ts";
import { html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { filterForm, filterInput } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { link } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";

const longest = 120;
/** Filters of the page, by `TraceFilter` names. */
const filterNames = ["prompt", "model", "search", "user", "environment"] as const;

/** The newest traces that match a filter. */
export async function tracesPage(
  traces: TraceStore,
  { query, path, commands }: PageRequest,
): Promise<PageContent> {
  const given = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = query.get(name) ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  const part = pageOfQuery(query);
  const found: Trace[] = [];
  let skipped = 0;
  for await (const trace of traces.list(given as TraceFilter, { newestFirst: true })) {
    if (skipped++ < part.offset) continue;
    found.push(trace);
    if (found.length > part.limit) break;
  }
  const shown = found.slice(0, part.limit);
  const hasFilter = Object.keys(given).length > 0;
  const field = (label: string, name: string) => filterInput(label, name, given[name] ?? "");
  const list =
    shown.length > 0
      ? html`${dataTable(columns, shown, { label: "Traces" })}${pager(part, { path, query, shown: shown.length, hasMore: found.length > shown.length, names: ["Newer", "Older"] })}`
      : hasFilter
        ? emptyNote("No trace matches these filters", html`<a href="${path}">Clear all filters</a>`)
        : emptyNote(
            "No traces yet",
            "Point an application at the recording proxy of this server: /openai/v1",
          );
  return {
    title: "Traces",
    content: html`${filterForm(
      html`${field("Prompt", "prompt")}${field("Model", "model")}${field("Words", "search")}${field("User", "user")}${field("Environment", "environment")}`,
      { address: path, part: "list", clear: hasFilter ? path : undefined },
    )}
<div id="list">${list}</div>
${shownCommand(commands, "dao-opt traces list", { folders: ["state"] })}`,
  };
}

const columns: readonly TableColumn<Trace>[] = [
  {
    head: "Started (UTC)",
    cell: ({ traceId, startedAt }) =>
      html`${link(["ui", "traces", traceId], startedAt.slice(0, 19).replace("T", " "))}`,
  },
  {
    head: "Prompt",
    label: "prompt",
    cell: ({ prompt, name }) =>
      `${prompt?.path ?? name ?? ""}${prompt?.version === undefined ? "" : ` ${prompt.version}`}`,
  },
  { head: "Model", label: "model", cell: ({ model }) => model ?? "" },
  {
    head: "Output",
    isWide: true,
    cell: ({ output, error }) =>
      error === undefined ? cut(output ?? "") : html`<span class="st no">Error</span> ${cut(error)}`,
  },
  {
    head: "ms",
    isNumber: true,
    cell: ({ latencyMs }) => (latencyMs === undefined ? "" : Math.round(latencyMs)),
  },
  {
    head: "Rating",
    isNumber: true,
    cell: ({ feedback }) => feedback?.findLast((one) => one.rating !== undefined)?.rating ?? "",
  },
];

function cut(text: string): string {
  const characters = [...text.slice(0, longest * 4).replace(/\s+/g, " ")];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("");
}
