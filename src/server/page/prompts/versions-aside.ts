import type { PromptVersion } from "../../../contracts/registry.ts";
import { score, signed } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { environmentTag, promptAddress, renderMoment } from "../shell/page-links.ts";
import type { PromptView } from "./prompt-view.ts";
import { type MeasuredVersion, measuredVersion } from "./version-scores.ts";

const mostShown = 30;

/** All versions as a line, newest first, each with its held-out score. */
export function versionsAside(view: PromptView): Html {
  const { versions, shown, request } = view;
  const newest = versions.toReversed();
  const isAll = request.query.get("versions") === "all";
  const listed = isAll ? newest : newest.filter((one, at) => at < mostShown || one === shown);
  const more = newest.length - listed.length;
  const all = promptAddress(view.path, { version: shown.version, versions: "all" });
  return html`<section aria-labelledby="h-v"><div class="sec"><h2 id="h-v">Versions</h2>${versions.length > 1 && view.against !== undefined ? html`<a class="small" href="#diff">Compare</a>` : null}</div>
<ol class="line" reversed>${listed.map((version) => versionItem(version, view))}</ol>${more > 0 ? html`<p class="small"><a href="${all}">${more} more versions</a></p>` : null}</section>`;
}

function versionItem(one: PromptVersion, { path, versions, shown }: PromptView): Html {
  const { version, versionName, environments, createdAt } = one;
  const measured = measuredVersion(one, versions);
  const figure =
    measured === undefined
      ? null
      : html`<span class="fig"><span class="vh">held-out score </span>${score(measured.score)}</span>`;
  const facts = [versionName ?? "", fromText(one, measured)].filter((text) => text !== "").join(" · ");
  const current = one === shown ? html` aria-current="page"` : null;
  return html`<li><a href="${promptAddress(path, { version })}"${current}>${figure}<b>${version}</b> ${environments.map(environmentTag)}${facts === "" ? null : html`<small>${facts}</small>`}<small>${renderMoment(createdAt)}</small></a></li>`;
}

function fromText({ origin, createdBy }: PromptVersion, measured: MeasuredVersion | undefined): string {
  const maker = origin.engine ?? createdBy ?? "";
  const gain = measured?.gain;
  const figures = gain === undefined ? "" : `gain ${signed(gain.difference)}`;
  return [maker, figures].filter((text) => text !== "").join(" · ");
}
