import type { PromptReader, PromptSummary } from "../../../contracts/registry.ts";
import { score } from "../../../report/figures.ts";
import { html } from "../../../report/html.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { filterForm, filterInput } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { environmentTag, promptLink, renderMoment } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";

const columns: readonly TableColumn<PromptSummary>[] = [
  { head: "Prompt", cell: ({ path }) => promptLink(path) },
  { head: "Latest", isNumber: true, cell: ({ latest }) => latest },
  {
    head: "Environments",
    isWide: true,
    cell: ({ environments }) =>
      html`${Object.entries(environments).map(([name, version]) => environmentTag(`${name} ${version}`))}`,
  },
  { head: "Score", isNumber: true, cell: (prompt) => score(prompt.score) },
  { head: "Updated (UTC)", label: "updated", cell: ({ updatedAt }) => renderMoment(updatedAt) },
];

/** All prompts with their environments; `?q=` filters by path. */
export async function promptsPage(
  registry: PromptReader,
  { query, path, commands }: PageRequest,
): Promise<PageContent> {
  const wanted = query.get("q") ?? "";
  const all = await registry.list();
  const found = all.filter((one) => one.path.toLowerCase().includes(wanted.toLowerCase()));
  const part = pageOfQuery(query);
  const shown = found.slice(part.offset, part.offset + part.limit);
  const list =
    all.length === 0
      ? emptyNote(
          "The registry has no prompts yet",
          "Add one with `dao-opt run` or `dao-opt registry upsert`.",
        )
      : shown.length === 0
        ? emptyNote("No prompt matches", html`<a href="${path}">Show all prompts</a>`)
        : html`${dataTable(columns, shown, { label: "Prompts" })}${pager(part, { path, query, shown: shown.length, total: found.length })}`;
  return {
    title: "Prompts",
    content: html`${filterForm(filterInput("Search", "q", wanted, "part of the path"), {
      address: path,
      part: "list",
      clear: wanted === "" ? undefined : path,
    })}
<div id="list">${list}</div>
${shownCommand(commands, "dao-opt registry list", { folders: ["registry"] })}`,
  };
}
