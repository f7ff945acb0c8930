import { shellWord } from "../../../core/text/shell-word.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageContent } from "../shell/page-area.ts";
import { addressOf, link, promptAddress, renderMoment, tag } from "../shell/page-links.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { bestVersionNote } from "./best-version.ts";
import { deploymentsSection } from "./deployments-section.ts";
import { diffSection } from "./diff-section.ts";
import { environmentsAside } from "./environments-aside.ts";
import { deployVersionPanel } from "./panels/deploy-version-panel.ts";
import { detailsPanel } from "./panels/details-panel.ts";
import { editPanel } from "./panels/edit-panel.ts";
import { rollbackPanel } from "./panels/rollback-panel.ts";
import { type PromptView, promptName } from "./prompt-view.ts";
import { scoresSection } from "./scores-section.ts";
import { offlineNote } from "./version-scores.ts";
import { versionSection } from "./version-section.ts";
import { versionsAside } from "./versions-aside.ts";

/** A prompt: one version in full, its diff, the scores of all, and what each environment uses. */
export async function promptPage(
  services: Pick<ServerServices, "templates" | "datasets" | "project" | "mlflowRows">,
  view: PromptView,
): Promise<PageContent> {
  const { path, shown, request } = view;
  const variables = await variablesOf(services, view);
  return {
    title: promptName(path),
    crumbs: crumbsOf(path),
    meta: metaOf(view, variables),
    tools: toolsOf(view),
    content: html`${offlineNote(view.versions)}${panelOf(view, services) ?? bestVersionNote(view)}
<div class="side"><div>
${await versionSection(services, view, variables)}
${diffSection(view)}
${scoresSection(view)}
${deploymentsSection(view)}
</div><aside aria-label="Versions and environments">
${versionsAside(view)}
${environmentsAside(view)}
</aside></div>
${shownCommand(request.commands, `dao-opt registry show ${shellWord(`${path}@${shown.version}`)}`, { folders: ["registry"] })}`,
  };
}

/** Names of the variables; empty if the template cannot be read, which the part of the version shows. */
async function variablesOf(
  { templates }: Pick<ServerServices, "templates">,
  { shown: { template, templateLanguage } }: PromptView,
): Promise<readonly string[]> {
  return templates.variables(template, templateLanguage).catch(() => []);
}

function crumbsOf(path: string): Html {
  const folders = path.split("/").slice(0, -1);
  const links = folders.map(
    (name, at) => html` / ${link(["ui", "prompts"], name, { folder: folders.slice(0, at + 1).join("/") })}`,
  );
  return html`${link(["ui", "prompts"], "Prompts")}${links}`;
}

function metaOf({ path, prompt, versions }: PromptView, variables: readonly string[]): Html {
  const named = variables
    .slice(0, 20)
    .map((name, at) => html`${at === 0 ? "" : ", "}<span class="var mono">{{${name}}}</span>`);
  const facts = [
    html`<a href="#h-v">${versions.length} ${versions.length === 1 ? "version" : "versions"}</a>`,
    variables.length === 0
      ? html`no variables`
      : html`${variables.length === 1 ? "variable" : "variables"} ${named}`,
    html`${link(["ui", "traces"], "traces", { prompt: path })}`,
    html`last change ${renderMoment(prompt.updatedAt)} UTC`,
  ];
  const tags = Object.entries(prompt.tags).map(
    ([name, value]) => html` ${tag(value === "" ? name : `${name}=${value}`)}`,
  );
  return html`${prompt.description === undefined ? null : html`${prompt.description}<br>`}${facts.map((fact, at) => html`${at === 0 ? "" : " · "}${fact}`)}${tags}`;
}

function toolsOf({ path, shown: { version }, request }: PromptView): Html {
  const open = (name: string, panel: string, isMain = false) =>
    html`<a class="${isMain ? "btn main" : "btn"}" href="${promptAddress(path, { version, do: panel })}#do">${name}</a>`;
  const playground = addressOf(["ui", "playground"], { prompt: path, c1: version });
  return html`<a class="btn" href="${playground}">Open in playground</a>${request.canWrite ? html`${open("Edit as new version", "edit")}${open("Deploy…", "deploy", true)}` : null}`;
}

/** The form that the address opens. Read-only keys see none. */
function panelOf(view: PromptView, services: Pick<ServerServices, "project">): Html | null {
  const { request } = view;
  if (!request.canWrite) return null;
  switch (request.query.get("do")) {
    case "deploy":
      return deployVersionPanel(view);
    case "rollback":
      return rollbackPanel(view);
    case "edit":
      return editPanel(view, services);
    case "details":
      return detailsPanel(view);
    default:
      return null;
  }
}
