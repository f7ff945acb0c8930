import type { TraceFilter } from "../../../contracts/trace-store.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type Html, html } from "../../../report/html.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { filterForm, filterInput, filterSelect } from "../shell/filters.ts";
import { addressOf } from "../shell/page-links.ts";

/** Filters of the page have the names of the flags of `traces list`. */
const textNames = [
  "since",
  "until",
  "prompt",
  "model",
  "chat",
  "chain",
  "environment",
  "user",
  "rating",
  "search",
] as const;

/** What the query of an address selects. */
export interface TraceQuery {
  readonly filter: TraceFilter;
  /** As typed, without empty ones. */
  readonly given: Readonly<Record<string, string>>;
  readonly where: readonly string[];
  readonly hasFilter: boolean;
  /** A chat or chain is shown in order. */
  readonly isConversation: boolean;
}

/** Reads the filters of an address. Throws UsageError with all mistakes. */
export function readTraceQuery(query: URLSearchParams, now: Date): TraceQuery {
  const given: Record<string, string> = {};
  for (const name of textNames) {
    const value = query.get(name)?.trim() ?? "";
    if (value !== "") given[name] = value;
  }
  const error = query.get("error") ?? "";
  const where = query.getAll("where").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
  const options = {
    ...given,
    ...(error === "yes" ? { error: true } : error === "no" ? { error: false } : {}),
    ...(where.length === 0 ? {} : { where }),
  };
  const filter = readFilter(options, now, (name) => name);
  return {
    filter,
    given: error === "yes" || error === "no" ? { ...given, error } : given,
    where,
    hasFilter: Object.keys(options).length > 0,
    isConversation: filter.chatId !== undefined || filter.chainId !== undefined,
  };
}

const ages = [
  ["", "Any time"],
  ["1h", "1 hour"],
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
] as const;
const results = [
  ["", "Any"],
  ["no", "Answered"],
  ["yes", "Failed"],
] as const;

/** The form of filters. `query` is read again, so that a mistake stays where it was typed. */
export function traceFilterForm(query: URLSearchParams, hasFilter: boolean): Html {
  const value = (name: string) => query.get(name) ?? "";
  const field = (label: string, name: string, placeholder = "") =>
    filterInput(label, name, value(name), placeholder);
  const since = value("since");
  const choices = ages.some(([age]) => age === since) ? ages : [...ages, [since, since] as const];
  const wheres = [...query.getAll("where").filter((one) => one !== ""), ""].slice(0, 5);
  const rest =
    ["until", "chat", "chain", "user", "environment"].some((name) => value(name) !== "") || wheres.length > 1;
  return filterForm(
    html`${filterSelect("Since", "since", since, choices)}${field("Prompt", "prompt", "path, name or folder/")}${field("Model", "model")}${filterSelect("Result", "error", value("error"), results)}${field("Rating", "rating", "<0.5")}${field("Search", "search", "words")}
<details class="more"${rest ? html` open` : null}><summary>More filters</summary><div class="filters">${field("Until", "until", "2026-11-21 or 2h")}${field("Chat", "chat", "id")}${field("Chain", "chain", "id")}${field("User", "user")}${field("Environment", "environment")}${wheres.map((one) => filterInput("Where", "where", one, "key=value"))}</div></details>`,
    {
      address: addressOf(["ui", "traces"]),
      part: "list",
      clear: hasFilter ? addressOf(["ui", "traces"]) : undefined,
      isLive: false,
    },
  );
}

/** `dao-opt traces list --since 24h`. */
export function listCommand({ given, where }: TraceQuery): string {
  const flags = Object.entries(given).map(([name, value]) =>
    name === "error" ? (value === "yes" ? " --error" : " --no-error") : ` --${name} ${shellWord(value)}`,
  );
  return `dao-opt traces list${flags.join("")}${where.map((one) => ` --where ${shellWord(one)}`).join("")}`;
}

/** The query of the filters alone, for links that keep them. */
export function filterParams({ given, where }: TraceQuery): URLSearchParams {
  const params = new URLSearchParams(given);
  for (const one of where) params.append("where", one);
  return params;
}
