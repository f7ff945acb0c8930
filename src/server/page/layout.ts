import { type Html, html, style } from "../../report/html.ts";

/** No scripts and no external resources: templates and traces are shown, never executed. */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** Renders a page. */
export function layout(title: string, content: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · dao-opt</title>
${style}
${extra}
</head>
<body>
<nav><a href="/">prompts</a> <a href="/ui/traces">traces</a> <a href="/ui/runs">runs</a></nav>
<h1>${title}</h1>
${content}
</body>
</html>
`;
  return page.markup;
}

const extra: Html = {
  markup: `<style>
time { white-space: nowrap; } nav a { margin-right: 1rem; } nav { margin-bottom: 1.5rem; } a { color: inherit; }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .85em; white-space: nowrap; }
form { margin: .5rem 0 1rem; display: flex; gap: .5rem; flex-wrap: wrap; } input, button { font: inherit; }
h4 { margin: .75rem 0 .25rem; font-size: .95rem; }
</style>`,
};

/** Renders a link; encodes every path segment. */
export function link(
  segments: readonly string[],
  text: string,
  query: Readonly<Record<string, string>> = {},
): Html {
  const path = segments.map(encodeURIComponent).join("/");
  const search = new URLSearchParams(query).toString();
  return html`<a href="/${path}${search === "" ? "" : `?${search}`}">${text}</a>`;
}

export function promptLink(path: string, text = path, query: Readonly<Record<string, string>> = {}): Html {
  return link(["ui", "prompts", ...path.split("/")], text, query);
}

export function tag(text: string): Html {
  return html`<span class="tag">${text}</span> `;
}

/** Renders a time, with the exact one as title. */
export function renderMoment(at: string): Html {
  return html`<time datetime="${at}" title="${at}">${at.slice(0, 16).replace("T", " ")}</time>`;
}
