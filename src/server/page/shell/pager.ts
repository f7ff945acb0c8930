import { type Html, html } from "../../../report/html.ts";
import { changedQuery } from "./page-links.ts";

/** A part of a list: `?page=3`. */
export interface PageOfList {
  /** From 1. */
  readonly page: number;
  readonly offset: number;
  readonly limit: number;
}

const rowsPerPage = 50;

/** Reads the page number; unusable ones are the first page. */
export function pageOfQuery(query: URLSearchParams, limit = rowsPerPage): PageOfList {
  const given = Number(query.get("page") ?? "1");
  const page = Number.isSafeInteger(given) && given >= 1 && given <= 1_000_000 ? given : 1;
  return { page, offset: (page - 1) * limit, limit };
}

interface PagerOptions {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Rows on this page. */
  readonly shown: number;
  /** Rows of the whole list, if they were counted. */
  readonly total?: number;
  readonly hasMore?: boolean;
  readonly names?: readonly [earlier: string, later: string];
}

/** Which part of the list is shown, and links to the parts before and after. */
export function pager({ page, offset, limit }: PageOfList, options: PagerOptions): Html {
  const { path, query, shown, total, names = ["Previous", "Next"] } = options;
  const hasMore = options.hasMore ?? (total !== undefined && offset + shown < total);
  const at = (number: number) => changedQuery(path, query, { page: number === 1 ? undefined : number });
  const figure = (value: number) => value.toLocaleString("en-US");
  const range = shown === 0 ? "0" : `${figure(offset + 1)}–${figure(offset + shown)}`;
  return html`<p class="row spread small pager"><span class="muted">${range}${total === undefined ? "" : ` of ${figure(total)}`}${page > 1 || hasMore ? `; ${limit} a page` : ""}</span><span class="row">${
    page > 1 ? html`<a href="${at(page - 1)}" rel="prev">${names[0]}</a>` : null
  }${hasMore ? html`<a href="${at(page + 1)}" rel="next">${names[1]}</a>` : null}</span></p>`;
}
