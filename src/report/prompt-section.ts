import type { PromptResult } from "../contracts/run-record.ts";
import type { Template } from "../core/prompt/prompt.ts";
import { diffWords } from "../core/text/text-diff.ts";
import { type Html, html } from "./html.ts";

/** The base and the best prompt, word by word. */
export function promptSection(prompt: PromptResult): Html {
  const after = prompt.optimized?.template ?? prompt.best.template;
  const name =
    prompt.optimized === null
      ? html`${prompt.path} <span class="quiet">(nothing registered)</span>`
      : html`${prompt.path} <span class="quiet">version ${prompt.base.version ?? "–"} → ${prompt.optimized.version}, ${prompt.optimized.uri}</span>`;
  const words = diffWords(templateText(prompt.base.template), templateText(after));
  const isSame = words.every(({ kind }) => kind === "same");
  return html`<h3>${name}</h3>
${isSame ? html`<p class="quiet">The best prompt is the base.</p>` : null}
<pre>${words.map(({ kind, text }) => (kind === "same" ? html`${text}` : kind === "added" ? html`<ins>${text}</ins>` : html`<del>${text}</del>`))}</pre>`;
}

function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
