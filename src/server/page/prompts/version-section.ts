import { isDaoOptError } from "../../../core/errors.ts";
import { estimateTokens } from "../../../core/usage.ts";
import { renderPromptFile } from "../../../formats/prompt-file/render-prompt-file.ts";
import { type Html, html, trusted } from "../../../report/html.ts";
import { exactText } from "../../../report/inert-text.ts";
import { highlighted } from "../../../report/rows/highlighted.ts";
import type { ServerServices } from "../../server-services.ts";
import { errorNote } from "../shell/notes.ts";
import { environmentTag, link, promptAddress, renderMoment, tag } from "../shell/page-links.ts";
import { copyButton } from "../shell/shown-command.ts";
import { type PromptView, templateText } from "./prompt-view.ts";
import { renderedView } from "./rendered-view.ts";
import { gateWords } from "./version-scores.ts";

const views = { text: "Text", rendered: "Rendered", settings: "Model settings", file: "Raw file" } as const;
type ViewName = keyof typeof views;

/** The shown version: its text as it is, rendered, its settings, or its file. */
export async function versionSection(
  services: Pick<ServerServices, "templates" | "datasets" | "project" | "mlflowRows">,
  view: PromptView,
  variables: readonly string[],
): Promise<Html> {
  const { path, shown, request } = view;
  const { version, versionName, environments, origin } = shown;
  const current = viewOf(request.query.get("view"));
  const tabs = Object.entries(views).map(([name, title]) => {
    const address = promptAddress(path, { version, view: name === "text" ? undefined : name });
    return html`<a href="${address}#version"${name === current ? html` aria-current="page"` : null}>${title}</a>`;
  });
  const details = promptAddress(path, { version, do: "details" });
  return html`<section id="version" aria-labelledby="h-ver"><div class="row spread"><h2 id="h-ver">Version ${version} ${environments.map(environmentTag)}${origin.gate === undefined ? null : tag(`proof: ${gateWords[origin.gate]}`)}${versionName === undefined ? null : tag(versionName)}</h2><span class="row small">${copyButton("text", "Copy text")}${copyButton("uri", "Copy URI")}${request.canWrite ? html`<a href="${details}#do">Name, description or tags…</a>` : null}</span></div>
${aboutVersion(view)}
<nav class="tabs" aria-label="View of version ${version}">${tabs}</nav>
${current === "rendered" ? await renderedView(services, view, variables) : staticView(current, view)}${copied(shown)}</section>`;
}

function viewOf(name: string | null): ViewName {
  return name !== null && Object.hasOwn(views, name) ? (name as ViewName) : "text";
}

/** Where the version comes from. */
function aboutVersion({ path, shown }: PromptView): Html {
  const { origin, createdAt, createdBy, versionDescription } = shown;
  const { engine, run, parent } = origin;
  const made = [
    html`made ${renderMoment(createdAt)} UTC`,
    createdBy === undefined ? null : html`by ${createdBy}`,
    engine === undefined ? null : html`by the engine ${engine}`,
    parent === undefined
      ? null
      : html`from version <a href="${promptAddress(path, { version: parent })}">${parent}</a>`,
    run === undefined ? null : html`in run ${link(["ui", "runs", run], run)}`,
  ].filter((part) => part !== null);
  return html`${versionDescription === undefined ? null : html`<p>${versionDescription}</p>`}<p class="small muted about">${made.map((part, at) => html`${at === 0 ? "" : " · "}${part}`)}</p>`;
}

function staticView(name: ViewName, { shown }: PromptView): Html {
  const { template, model, uri } = shown;
  if (name === "settings")
    return html`<pre class="text" tabindex="0" role="region" aria-label="Model settings">${JSON.stringify(model, null, 2)}</pre>`;
  if (name === "file") return fileView(shown);
  const messages = typeof template === "string" ? 1 : template.length;
  const role = typeof template === "string" ? "role user" : template.map((one) => one.role).join(", ");
  const tokens = estimateTokens(templateText(template)).toLocaleString("en-US");
  return html`<div class="text" tabindex="0" role="region" aria-label="Prompt text">${highlighted(templateText(template))}</div>
<p class="small muted">${messages} ${messages === 1 ? "message" : "messages"}, ${role} · about ${tokens} tokens without inputs · ${shown.templateLanguage === "jinja" ? "Jinja template · " : ""}${model.model} · ${uri}</p>`;
}

/** The text and the URI for the copy buttons, with the characters that the page shows by name. */
function copied({ template, uri }: PromptView["shown"]): Html {
  // A line end after the tag is not part of the text.
  return html`<div hidden><textarea id="text" readonly>
${trusted(exactText(templateText(template)))}</textarea><span id="uri">${uri}</span></div>`;
}

function fileView(shown: PromptView["shown"]): Html {
  const { template, templateLanguage, model } = shown;
  try {
    const file = renderPromptFile({ template, templateLanguage, model });
    return html`<pre class="text" tabindex="0" role="region" aria-label="Prompt file">${file}</pre>
<p class="small muted">v${shown.version}.prompt · id <code>${shown.versionId}</code> · digest <code>${shown.digest.slice(0, 16)}…</code></p>`;
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return html`${errorNote(error.message, error.hint)}`;
  }
}
