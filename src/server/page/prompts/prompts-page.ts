import type { PromptSummary } from "../../../contracts/registry.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { score } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { type FilterChip, filterChips, filterForm, filterInput, filterSelect } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { changedQuery, environmentTag, promptLink, renderMoment, tag } from "../shell/page-links.ts";
import { type PageOfList, pageOfQuery, pager } from "../shell/pager.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { foldersIn, type PromptCensus } from "./prompt-census.ts";

/** More folders than this are found by search. */
const mostFolders = 40;

interface PromptFilter {
  /** Every word must be in the path, the description or a tag. */
  readonly q: string;
  readonly folder: string;
  readonly environment: string;
}

/** All prompts with their environments; `?q=`, `?folder=` and `?environment=` filter. */
export async function promptsPage(
  { registry }: Pick<ServerServices, "registry">,
  census: PromptCensus,
  { query, path, commands }: PageRequest,
): Promise<PageContent> {
  const filter: PromptFilter = {
    q: query.get("q")?.trim() ?? "",
    folder: query.get("folder")?.replace(/^\/+|\/+$/g, "") ?? "",
    environment: query.get("environment") ?? "",
  };
  const part = pageOfQuery(query);
  // Rows first: the walk of the census runs beside later reads.
  const found = await rowsOf(registry, filter, part);
  const [environments, all] = await Promise.all([registry.environments(), census.prompts()]);
  const { rows } = found;
  const total = found.total ?? (all === undefined ? undefined : totalOf(found, part, all, filter));
  const counted = total === undefined ? {} : { total };
  const isFiltered = filter.q !== "" || filter.folder !== "" || filter.environment !== "";
  const list =
    rows.length > 0
      ? html`${dataTable(columnsOf(filter.folder), rows, { label: "Prompts" })}${pager(part, { path, query, shown: rows.length, hasMore: found.hasMore, ...counted })}`
      : !isFiltered && part.page === 1
        ? emptyNote(
            "The registry has no prompts yet",
            "`dao-opt run` adds those it improves, and `dao-opt registry upsert FILE --path main/default/NAME` any prompt file.",
          )
        : emptyNote("No prompt matches", html`<a href="/ui/prompts">Show all prompts</a>`);
  return {
    title: "Prompts",
    content: html`${filterForm(
      html`${filterInput("Search", "q", filter.q, "path, word or tag")}${filterSelect(
        "Environment",
        "environment",
        filter.environment,
        [["", "any"], ...environments.map((name) => [name, name] as const)],
      )}`,
      {
        address: "/ui/prompts",
        part: "list",
        clear: isFiltered ? "/ui/prompts" : undefined,
        kept: filter.folder === "" ? {} : { folder: filter.folder },
      },
    )}
<div id="list">${folderNav(all ?? [], filter.folder, query)}${list}</div>
${shownCommand(commands, commandOf(filter), { folders: ["registry"] })}`,
  };
}

interface FoundPrompts {
  readonly rows: readonly PromptSummary[];
  readonly hasMore: boolean;
  /** Absent if only the rows of the page were read. */
  readonly total?: number;
}

/** Without words, only the rows of the page are read. */
async function rowsOf(
  registry: Pick<ServerServices["registry"], "list">,
  { q, folder, environment }: PromptFilter,
  { offset, limit }: PageOfList,
): Promise<FoundPrompts> {
  if (q === "" && environment === "") {
    const within = folder === "" ? {} : { folder };
    const rows = await registry.list({ ...within, offset, limit: limit + 1 });
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
  }
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (await registry.list()).filter(
    (one) =>
      isWithin(one.path, folder) &&
      (environment === "" || Object.hasOwn(one.environments, environment)) &&
      hasWords(one, words),
  );
  const rows = found.slice(offset, offset + limit);
  return { rows, hasMore: offset + rows.length < found.length, total: found.length };
}

/** The rows are newer than the count, and the last page counts itself. */
function totalOf(
  { rows, hasMore }: FoundPrompts,
  { offset }: PageOfList,
  all: readonly PromptSummary[],
  { folder }: PromptFilter,
): number {
  const end = offset + rows.length;
  if (!hasMore && rows.length > 0) return end;
  const known = all.filter(({ path }) => isWithin(path, folder)).length;
  return hasMore ? Math.max(known, end + 1) : known;
}

function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

function hasWords({ path, description = "", tags }: PromptSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [path, description, ...Object.entries(tags).map((pair) => pair.join("="))]
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Where one is, and the folders one level below. */
function folderNav(all: readonly PromptSummary[], folder: string, query: URLSearchParams): Html | null {
  const address = (to: string) =>
    changedQuery("/ui/prompts", query, { folder: to === "" ? undefined : to, page: undefined });
  const below = foldersIn(all, folder);
  if (folder === "" && below.length < 2) return null;
  const parts = folder === "" ? [] : folder.split("/");
  const above = parts.map((name, at) => {
    const to = parts.slice(0, at + 1).join("/");
    return at === parts.length - 1 ? html` / <b>${name}</b>` : html` / <a href="${address(to)}">${name}</a>`;
  });
  const chips = below.slice(0, mostFolders).map(
    ([name, count]): FilterChip => ({
      name: `${name}/`,
      address: address(folder === "" ? name : `${folder}/${name}`),
      isCurrent: false,
      count,
    }),
  );
  const more = below.length - chips.length;
  return html`${folder === "" ? null : html`<p class="crumb"><a href="${address("")}">All folders</a>${above}</p>`}${chips.length === 0 ? null : filterChips("Folders", chips)}${more > 0 ? html`<p class="small muted">and ${more} more folders; search finds them.</p>` : null}`;
}

function columnsOf(folder: string): readonly TableColumn<PromptSummary>[] {
  const start = folder === "" ? 0 : folder.length + 1;
  return [
    {
      head: "Prompt",
      cell: ({ path, description, tags }) =>
        html`${promptLink(path, path.slice(start) || path)}${Object.entries(tags).map(([name, value]) => html` ${tag(value === "" ? name : `${name}=${value}`)}`)}${description === undefined ? null : html`<div class="small muted">${description.slice(0, 200)}</div>`}`,
    },
    { head: "Latest version", isNumber: true, cell: ({ path, latest }) => versionLink(path, latest) },
    {
      head: "Environments",
      isWide: true,
      cell: ({ environments }) =>
        html`${Object.entries(environments).map(([name, version]) => environmentTag(`${name} ${version}`))}`,
    },
    {
      head: html`Held-out score<span class="vh"> of the latest version</span>`,
      label: "held-out score",
      isNumber: true,
      cell: (prompt) => score(prompt.score),
    },
    { head: "Updated (UTC)", label: "updated", cell: ({ updatedAt }) => renderMoment(updatedAt) },
  ];
}

function versionLink(path: string, version: number): Html {
  return promptLink(path, String(version), { version });
}

function commandOf({ folder, environment }: PromptFilter): string {
  const flag = (name: string, value: string) => (value === "" ? "" : ` --${name} ${shellWord(value)}`);
  return `dao-opt registry list${flag("folder", folder)}${flag("environment", environment)}`;
}
