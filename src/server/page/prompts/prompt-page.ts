import type { Deployment, PromptReader, PromptVersion } from "../../../contracts/registry.ts";
import { NotFoundError } from "../../../core/errors.ts";
import type { Template } from "../../../core/prompt/prompt.ts";
import { type Html, html } from "../../../report/html.ts";
import { highlighted } from "../../../report/rows/highlighted.ts";
import { diffList } from "../../../report/sections/diff-list.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { environmentTag, link, promptLink, renderMoment } from "../shell/page-links.ts";

/** A prompt: versions with a diff, environments and history. Rejects with NotFoundError. */
export async function promptPage(
  registry: PromptReader,
  path: string,
  { query }: PageRequest,
): Promise<PageContent> {
  const [versions, deployments] = await Promise.all([registry.history(path), registry.deployments(path)]);
  const asked = (name: string) => numberOf(query.get(name));
  const [version, against] = [asked("version"), asked("against")];
  const shown = version === undefined ? versions.at(-1) : find(versions, path, version);
  if (shown === undefined) throw new NotFoundError("prompt", path);
  const before =
    against === undefined
      ? versions.filter((one) => one.version < shown.version).at(-1)
      : find(versions, path, against);
  const folders = path.split("/");
  return {
    title: folders.at(-1) ?? path,
    crumbs: html`${link(["ui", "prompts"], "Prompts")} / ${folders.slice(0, -1).join(" / ")}`,
    meta: html`${path} · ${link(["ui", "traces"], "traces", { prompt: path })}`,
    content: html`${versionSection(shown, before)}
<section aria-labelledby="h-v"><div class="sec"><h2 id="h-v">Versions</h2></div>
${dataTable(versionColumns(shown), [...versions].reverse(), { label: "Versions", isSelected: (one) => one === shown })}</section>
<section aria-labelledby="h-dep"><div class="sec"><h2 id="h-dep">Deployments</h2></div>
${deployments.length === 0 ? emptyNote("Nothing is deployed yet") : dataTable(deploymentColumns, [...deployments].reverse(), { label: "Deployments" })}</section>`,
  };
}

function numberOf(text: string | null): number | undefined {
  const value = Number(text);
  return text === null || text === "" || !Number.isSafeInteger(value) ? undefined : value;
}

function find(versions: readonly PromptVersion[], path: string, version: number): PromptVersion {
  const found = versions.find((one) => one.version === version);
  if (found === undefined) throw new NotFoundError("version", `${path}/${version}`);
  return found;
}

function versionColumns(shown: PromptVersion): readonly TableColumn<PromptVersion>[] {
  return [
    {
      head: "Version",
      cell: ({ path, version }) => promptLink(path, String(version), { version }),
    },
    { head: "Name", label: "name", cell: ({ versionName }) => versionName ?? "" },
    { head: "Model", label: "model", cell: ({ model }) => model.model },
    { head: "Environments", cell: ({ environments }) => html`${environments.map(environmentTag)}` },
    {
      head: "Test score",
      isNumber: true,
      cell: ({ origin: { scores } }) =>
        scores?.test === undefined
          ? "–"
          : `${scores.test.base.toFixed(3)} → ${scores.test.optimized.toFixed(3)}`,
    },
    { head: "Made (UTC)", label: "made", cell: ({ createdAt }) => renderMoment(createdAt) },
    { head: "Why", isWide: true, cell: ({ versionDescription }) => versionDescription ?? "" },
    {
      head: html`<span class="vh">Compare</span>`,
      cell: (one) =>
        one === shown
          ? ""
          : promptLink(one.path, "compare", { version: shown.version, against: one.version }),
    },
  ];
}

const deploymentColumns: readonly TableColumn<Deployment>[] = [
  { head: "When (UTC)", cell: ({ at }) => renderMoment(at) },
  { head: "Environment", cell: ({ environment }) => environmentTag(environment) },
  { head: "Change", cell: ({ from, to }) => `${from ?? "nothing"} → ${to ?? "nothing"}` },
  { head: "By", label: "by", cell: ({ by }) => by ?? "" },
  { head: "Note", isWide: true, cell: ({ note }) => note ?? "" },
];

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
  return html`<section aria-labelledby="h-ver"><div class="sec"><h2 id="h-ver">Version ${version.version}</h2></div>
<p class="meta">${facts.map(([name, value]) => `${name} ${value}`).join(" · ")}</p>
<div class="text" id="text" tabindex="0" role="region" aria-label="Prompt text">${highlighted(text)}</div></section>
${before === undefined ? null : diffSection(version, before)}
<details><summary>Model configuration</summary><pre class="text">${JSON.stringify(version.model, null, 2)}</pre></details>`;
}

function diffSection(version: PromptVersion, before: PromptVersion): Html {
  const label = `Difference by sentence, version ${before.version} to version ${version.version}`;
  const { markup, added, removed } = diffList(
    templateText(before.template),
    templateText(version.template),
    label,
  );
  return html`<section id="diff" aria-labelledby="h-diff"><div class="sec"><h2 id="h-diff">Diff</h2><span class="muted small">against version ${before.version}</span></div>
${markup}<p class="small muted">${added} sentences added, ${removed} removed.</p></section>`;
}

function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
