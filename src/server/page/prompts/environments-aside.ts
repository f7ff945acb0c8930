import { type Html, html } from "../../../report/html.ts";
import { environmentTag, promptAddress, renderMoment, tag } from "../shell/page-links.ts";
import { heldBy, type PromptView } from "./prompt-view.ts";

/** Which version each environment uses, and the way back. */
export function environmentsAside(view: PromptView): Html {
  return html`<section aria-labelledby="h-env"><div class="sec"><h2 id="h-env">Environments</h2></div>
<dl class="stackf">${view.environments.map((name) => environmentItem(name, view))}</dl></section>`;
}

function environmentItem(name: string, view: PromptView): Html {
  const { path, deployments, environments, shown, request } = view;
  const { now, before } = heldBy(view, name);
  if (now === undefined) {
    const usual = environments[0] ?? "production";
    const note = name === usual ? "" : ` Calls without an environment use ${usual}.`;
    return html`<div><dt>${tag(name)}</dt><dd class="small muted env">Nothing is deployed here.${note}</dd></div>`;
  }
  const since = deployments.findLast(({ environment }) => environment === name)?.at ?? "";
  const back = promptAddress(path, { version: shown.version, do: "rollback", environment: name });
  const button =
    request.canWrite && before !== undefined
      ? html`<a class="btn" href="${back}#do">Roll back to ${before}…</a>`
      : null;
  const version = html`<a href="${promptAddress(path, { version: now })}">version ${now}</a>`;
  return html`<div><dt class="row spread">${environmentTag(name)}${button}</dt><dd class="small muted env">${version} since ${renderMoment(since)} UTC${before === undefined ? "; no earlier version here" : ""}</dd></div>`;
}
