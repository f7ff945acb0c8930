import type { PromptReader, PromptVersion } from "../../contracts/registry.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { diffWords } from "../../core/text/text-diff.ts";
import { type Html, html } from "../../report/html.ts";
import { layout, link, promptLink, renderMoment, tag } from "./layout.ts";

const mostShown = 200;

/** All prompts with their environments; `wanted` filters by path. */
export async function promptsPage(registry: PromptReader, wanted: string): Promise<string> {
  const all = await registry.list();
  const found = all.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  const shown = found.slice(0, mostShown);
  const rest = found.length - shown.length;
  return layout(
    "Prompts",
    html`<form method="get" action="/"><input name="q" value="${wanted}" placeholder="part of the path"><button>Find</button></form>
${
  shown.length === 0
    ? html`<p class="quiet">${all.length === 0 ? "The registry has no prompts yet. Add one with `dao-opt run` or `dao-opt registry upsert`." : "No matching prompts."}</p>`
    : html`<div class="wide"><table>
<tr><th>Prompt</th><th class="number">Latest</th><th>Environments</th><th class="number">Score</th><th>Updated</th></tr>
${shown.map(
  ({ path, latest, environments, score, updatedAt }) => html`<tr>
<td>${promptLink(path)}</td><td class="number">${latest}</td>
<td>${Object.entries(environments).map(([name, version]) => tag(`${name} ${version}`))}</td>
<td class="number">${score === undefined ? "–" : score.toFixed(3)}</td><td>${renderMoment(updatedAt)}</td></tr>`,
)}
</table></div>`
}
${rest > 0 ? html`<p class="quiet">and ${rest} more: narrow the search</p>` : null}`,
  );
}

/** The version to show and the one to compare it with. */
interface PromptView {
  readonly version?: number;
  readonly against?: number;
}

/** A prompt: versions with a diff, environments and history. Rejects with NotFoundError. */
export async function promptPage(registry: PromptReader, path: string, view: PromptView): Promise<string> {
  const [versions, deployments] = await Promise.all([registry.history(path), registry.deployments(path)]);
  const shown = view.version === undefined ? versions.at(-1) : find(versions, path, view.version);
  if (shown === undefined) throw new NotFoundError("prompt", path);
  const before =
    view.against === undefined
      ? versions.filter(({ version }) => version < shown.version).at(-1)
      : find(versions, path, view.against);
  return layout(
    path,
    html`<p>${link(["ui", "traces"], "traces", { prompt: path })}</p>
<h2>Versions</h2>
<div class="wide"><table>
<tr><th class="number">Version</th><th>Name</th><th>Model</th><th>Environments</th><th class="number">Test score</th><th>Made</th><th>Why</th><th></th></tr>
${[...versions].reverse().map((one) => versionRow(one, shown))}
</table></div>
${versionSection(shown, before)}
<h2>Deployments</h2>
${
  deployments.length === 0
    ? html`<p class="quiet">None yet.</p>`
    : html`<div class="wide"><table><tr><th>When</th><th>Environment</th><th>From</th><th>To</th><th>By</th><th>Note</th></tr>
${[...deployments]
  .reverse()
  .map(
    ({ at, environment, from, to, by, note }) =>
      html`<tr><td>${renderMoment(at)}</td><td>${environment}</td><td>${from ?? "–"}</td><td>${to ?? "–"}</td><td>${by ?? ""}</td><td>${note ?? ""}</td></tr>`,
  )}</table></div>`
}`,
  );
}

function find(versions: readonly PromptVersion[], path: string, version: number): PromptVersion {
  const found = versions.find((one) => one.version === version);
  if (found === undefined) throw new NotFoundError("version", `${path}/${version}`);
  return found;
}

function versionRow(one: PromptVersion, shown: PromptVersion): Html {
  const { path, version, origin } = one;
  const test = origin.scores?.test;
  return html`<tr><td class="number">${one === shown ? html`<strong>${version}</strong>` : promptLink(path, String(version), { version: String(version) })}</td>
<td>${one.versionName ?? ""}</td><td>${one.model.model}</td><td>${one.environments.map(tag)}</td>
<td class="number">${test === undefined ? "–" : `${test.base.toFixed(3)} → ${test.optimized.toFixed(3)}`}</td>
<td>${renderMoment(one.createdAt)}</td><td>${one.versionDescription ?? ""}</td>
<td>${one === shown ? null : promptLink(path, "compare", { version: String(shown.version), against: String(version) })}</td></tr>`;
}

function versionSection(version: PromptVersion, before: PromptVersion | undefined): Html {
  const text = templateText(version.template);
  const { origin } = version;
  const facts = [
    ["id", version.versionId],
    ["engine", origin.engine],
    ["run", origin.run],
    ["gate", origin.gate],
    ["by", version.createdBy],
  ].filter((fact): fact is [string, string] => fact[1] !== undefined);
  return html`<h2>Version ${version.version}</h2>
<p class="quiet">${facts.map(([name, value]) => `${name} ${value}`).join(" · ")}</p>
${
  before === undefined
    ? html`<pre>${text}</pre>`
    : html`<p class="quiet">against version ${before.version}</p>
<pre>${diffWords(templateText(before.template), text).map(({ kind, text: words }) => (kind === "same" ? html`${words}` : kind === "added" ? html`<ins>${words}</ins>` : html`<del>${words}</del>`))}</pre>`
}
<details><summary>Model configuration</summary><pre>${JSON.stringify(version.model, null, 2)}</pre></details>`;
}

function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
