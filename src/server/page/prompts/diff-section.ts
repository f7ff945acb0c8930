import { estimateTokens } from "../../../core/usage.ts";
import { type Html, html } from "../../../report/html.ts";
import { diffList } from "../../../report/sections/diff-list.ts";
import { promptAddress } from "../shell/page-links.ts";
import { type PromptView, parentOf, templateText } from "./prompt-view.ts";

/** The shown version against its parent or any other one. */
export function diffSection(view: PromptView): Html | null {
  const { path, versions, shown, against } = view;
  if (against === undefined) return null;
  const label = `Difference by sentence, version ${against.version} to version ${shown.version}`;
  const [before, after] = [templateText(against.template), templateText(shown.template)];
  const { markup, added, removed } = diffList(before, after, label);
  const parent = parentOf(shown, versions)?.version;
  const options = versions
    .filter(({ version }) => version !== shown.version)
    .toReversed()
    .map(({ version, environments }) => {
      const words = [version === parent ? "parent" : "", ...environments].filter(Boolean);
      return html`<option value="${version}"${version === against.version ? html` selected` : null}>${version}${words.length === 0 ? "" : ` (${words.join(", ")})`}</option>`;
    });
  const isEqual = added === 0 && removed === 0;
  return html`<section id="diff" aria-labelledby="h-diff"><div class="sec"><h2 id="h-diff">Diff</h2><form method="get" action="${promptAddress(path)}#diff" class="row small muted"><input type="hidden" name="version" value="${shown.version}"><label class="row">Version ${shown.version} against <select name="against">${options}</select></label><button class="btn">Compare</button></form></div>
${isEqual ? html`<p class="muted">The texts of version ${against.version} and version ${shown.version} are equal.</p>` : html`${markup}<p class="small muted">Against version ${against.version}: ${counted(added)} added, ${removed} removed. About ${estimateTokens(before)} → ${estimateTokens(after)} tokens.</p>`}${settingsChanges(view)}</section>`;
}

function counted(sentences: number): string {
  return `${sentences} ${sentences === 1 ? "sentence" : "sentences"}`;
}

/** Equal texts with other settings are another version. */
function settingsChanges({ shown, against }: PromptView): Html | null {
  if (against === undefined) return null;
  const [before, after] = [against, shown].map(
    ({ model, templateLanguage }) => ({ ...model, templateLanguage }) as Readonly<Record<string, unknown>>,
  ) as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const lines = names.flatMap((name) => {
    const [old, new_] = [JSON.stringify(before[name]) ?? "not set", JSON.stringify(after[name]) ?? "not set"];
    return old === new_ ? [] : [html`<li><code>${name}</code>: ${old} → ${new_}</li>`];
  });
  if (lines.length === 0) return null;
  return html`<h3>Settings</h3><ul class="plain small">${lines}</ul>`;
}
