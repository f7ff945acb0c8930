import { interval, score, signed } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { promptAddress } from "../shell/page-links.ts";
import { heldBy, type PromptView } from "./prompt-view.ts";
import { measuredVersion, rowsText, type ScoredVersion } from "./version-scores.ts";

/** Which version to use, as far as it was measured; null without a measured one. */
export function bestVersionNote(view: PromptView): Html | null {
  const { path, versions, shown } = view;
  const scored = newestSet(view);
  const proven = scored.filter(({ version }) => version.origin.gate === "improved");
  const best = proven.reduce<ScoredVersion | undefined>(
    (top, one) => (top === undefined || one.measured.score > top.measured.score ? one : top),
    undefined,
  );
  if (best === undefined)
    return scored.some(({ measured }) => measured.gain !== undefined)
      ? html`<p class="note">No version is proven better than the one it was made from.</p>`
      : null;
  const { version, measured } = best;
  const { gain } = measured;
  const over = versions.find((one) => one.version === version.origin.parent)?.version;
  const figures =
    gain === undefined
      ? ""
      : `, ${signed(gain.difference)} over ${over === undefined ? "its base" : `version ${over}`} (${Math.round(gain.confidence * 100)} % interval ${interval(gain.interval)})`;
  const open = html` <a href="${promptAddress(path, { version: version.version })}">Read version ${version.version}</a>`;
  return html`<p class="note info"><strong>Version ${version.version} is the best proven one:</strong> ${score(measured.score)} on ${rowsText(measured.rows)}${figures}. ${whereText(best, view)}${version === shown ? null : open}</p>`;
}

/** Versions that were measured on the rows of the newest measured one: only these compare. */
function newestSet({ versions }: PromptView): readonly ScoredVersion[] {
  const scored = versions.flatMap((version): ScoredVersion[] => {
    const measured = measuredVersion(version, versions);
    return measured === undefined ? [] : [{ version, measured }];
  });
  const newest = scored.at(-1)?.measured;
  return scored.filter(({ measured }) => measured.data === newest?.data && measured.rows === newest?.rows);
}

function whereText({ version }: ScoredVersion, view: PromptView): string {
  if (version.environments.length > 0) return `It is deployed to ${version.environments.join(", ")}.`;
  const usual = view.environments[0] ?? "production";
  const { now } = heldBy(view, usual);
  return now === undefined ? "It is deployed nowhere." : `${usual} uses version ${now}.`;
}
