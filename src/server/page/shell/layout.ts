import { type Html, html } from "../../../report/html.ts";
import { inertText } from "../../../report/inert-text.ts";
import { pageAssets } from "../assets/page-assets.ts";
import { errorNote, warningNote } from "./notes.ts";
import type { PageContent, PageRequest } from "./page-area.ts";
import type { Flash } from "./page-session.ts";

/** An entry of the navigation. */
export interface NavigationEntry {
  readonly name: string;
  readonly address: string;
}

interface LayoutOptions {
  readonly navigation: readonly NavigationEntry[];
  /** The entry that the page belongs to. */
  readonly current?: string | undefined;
  readonly flash?: Flash | undefined;
  readonly request: Pick<PageRequest, "canWrite" | "refused">;
}

/** Marks the place where a form shows why it was refused. */
export const refusedId = "refused";

/** Renders a page with its frame. */
export function layout(page: PageContent, { navigation, current, flash, request }: LayoutOptions): string {
  const { title, heading = title, scripts = [], crumbs, meta, tools, content } = page;
  const { style, script, icon } = pageAssets();
  const { refused, canWrite } = request;
  const isShown = content.markup.includes(`id="${refusedId}"`);
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content="${htmxConfig}">
<title>${title} · dao-opt</title>
<link rel="icon" type="image/svg+xml" href="${icon.address}">
<link rel="stylesheet" href="${style.address}">
<script src="${script.address}" defer></script>
${scripts.map(
  (address) => html`<script src="${address}" defer></script>
`,
)}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<b>dao-opt</b>
<nav aria-label="Main">${navigation.map((entry) => navigationLink(entry, current))}</nav>
</header>
<main id="main" class="page" tabindex="-1">
<div class="head"><div>
${crumbs === undefined ? null : html`<div class="crumb">${crumbs}</div>`}
<h1>${heading}</h1>
${meta === undefined ? null : html`<p class="meta">${meta}</p>`}
</div>${tools == null || tools.markup === "" ? null : html`<div class="row">${tools}</div>`}</div>
${flash === undefined ? null : flashNote(flash)}
${refused === undefined || isShown ? null : errorNote(refused.message, refused.hint)}
${canWrite ? null : html`<p class="note">You can read everything here. Changes need a key that may write.</p>`}
${content}
</main>
</body>
</html>
`;
  return inertText(document.markup);
}

function flashNote({ message, isDone }: Flash): Html {
  return isDone
    ? html`<p class="note good" role="status"><strong>✓</strong> ${message}</p>`
    : warningNote(message);
}

/** No styles and scripts of htmx's own, nothing evaluated, and no pages with people's data kept in the browser. */
const htmxConfig = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

function navigationLink({ name, address }: NavigationEntry, current: string | undefined): Html {
  return name === current
    ? html`<a href="${address}" aria-current="page">${name}</a>`
    : html`<a href="${address}">${name}</a>`;
}
