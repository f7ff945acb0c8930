import type { PromptReader } from "../../contracts/registry.ts";
import { html } from "../../report/html.ts";
import { layout, promptLink, renderMoment, tag } from "./layout.ts";

const mostShown = 200;

/** All prompts with their environments; `wanted` narrows them to paths that hold it. */
export async function promptsPage(registry: PromptReader, wanted: string): Promise<string> {
  const all = await registry.list();
  const found = all.filter(({ path }) => path.toLowerCase().includes(wanted.toLowerCase()));
  const shown = found.slice(0, mostShown);
  const rest = found.length - shown.length;
  return layout(
    "Prompts",
    html`<form method="get" action="/"><input name="q" value="${wanted}" placeholder="path holds …"><button>Find</button></form>
${
  shown.length === 0
    ? html`<p class="quiet">${all.length === 0 ? "The registry has no prompts yet: `dao-opt run` and `dao-opt registry upsert` file them." : "No path holds that."}</p>`
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
