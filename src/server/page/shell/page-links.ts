import { type Html, html } from "../../../report/html.ts";

/** A value of a query; undefined and empty ones are left out. */
export type QueryValues = Readonly<Record<string, string | number | undefined>>;

/** An address of this server: every segment is encoded. */
export function addressOf(segments: readonly string[], query: QueryValues = {}): string {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, String(value)] as [string, string]],
    ),
  ).toString();
  return `/${segments.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`;
}

/** The address of a page with some values of its query changed; undefined removes one. */
export function changedQuery(path: string, query: URLSearchParams, changes: QueryValues): string {
  const values = new URLSearchParams([...query].filter(([, value]) => value !== ""));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") values.delete(name);
    else values.set(name, String(value));
  }
  return `${addressOf(path.split("/").slice(1))}${values.size === 0 ? "" : `?${values}`}`;
}

export function link(segments: readonly string[], text: string, query: QueryValues = {}): Html {
  return html`<a href="${addressOf(segments, query)}">${text}</a>`;
}

/** A prompt's page. */
export function promptAddress(path: string, query: QueryValues = {}): string {
  return addressOf(["ui", "prompts", ...path.split("/")], query);
}

export function promptLink(path: string, text = path, query: QueryValues = {}): Html {
  return html`<a href="${promptAddress(path, query)}">${text}</a>`;
}

export function tag(text: string): Html {
  return html`<span class="tag">${text}</span> `;
}

export function environmentTag(name: string): Html {
  return html`<span class="tag env">${name}</span> `;
}

/** Renders a time in UTC, with the exact one as title. */
export function renderMoment(at: string): Html {
  return html`<time datetime="${at}" title="${at}">${at.slice(0, 16).replace("T", " ")}</time>`;
}
