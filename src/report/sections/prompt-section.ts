import type { PromptResult } from "../../contracts/run-record.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { tokenCount } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { highlighted } from "../rows/highlighted.ts";
import { diffList } from "./diff-list.ts";
import { type SectionContext, section } from "./section.ts";

/** What changed in each prompt, sentence by sentence, and its full text. */
export function promptSection(context: SectionContext): Html {
  const { record, level } = context;
  const { prompts } = record;
  return section(
    context,
    {
      id: "prompt",
      title: prompts.length === 1 ? "What changed in the prompt" : "What changed in the prompts",
    },
    prompts.map((prompt, at) => promptPart(context, prompt, at, level + 1)),
  );
}

function promptPart(context: SectionContext, prompt: PromptResult, at: number, level: number): Html {
  const { record, prefix } = context;
  const after = templateText(prompt.optimized?.template ?? prompt.best.template);
  const before = templateText(prompt.base.template);
  const isSame = before === after;
  const textId = `${prefix}text-${at + 1}`;
  const name = record.prompts.length === 1 ? null : html`<h${level}>${prompt.path}</h${level}>`;
  const diff = isSame
    ? undefined
    : diffList(before, after, `Difference by sentence, ${versionsText(prompt)}`);
  return html`${name}
${diff === undefined ? html`<div class="empty"><strong>The best prompt is the base</strong><p>No rewrite scored higher on the validation rows.</p></div>` : diff.markup}
<p class="small muted">${diff === undefined ? null : `${diff.added} ${diff.added === 1 ? "sentence" : "sentences"} added, ${diff.removed} removed. `}${tokensText(context, isSame)}</p>
<details class="text-fold"><summary>Full text of ${fullName(prompt, isSame)}</summary>
<div class="copyable"><pre class="text" id="${textId}" tabindex="0">${highlighted(after)}</pre><button type="button" class="btn js-only" data-copy="${textId}">Copy</button></div>
${isSame ? null : html`<details><summary>Full text of the base</summary><pre class="text" tabindex="0">${highlighted(before)}</pre></details>`}
</details>
${uriLine(prompt)}`;
}

function versionsText({ base, optimized }: PromptResult): string {
  return `${base.version === null ? "base" : `version ${base.version}`} to ${optimized === null ? "best candidate" : `version ${optimized.version}`}`;
}

function fullName({ optimized }: PromptResult, isSame: boolean): string {
  if (isSame) return "the base";
  return optimized === null ? "the best candidate, which was not registered" : `version ${optimized.version}`;
}

function uriLine({ optimized, path }: PromptResult): Html | null {
  if (optimized === null) return html`<p class="small muted">${path}: nothing registered.</p>`;
  const inMlflow =
    optimized.mlflowUri === undefined ? null : html`; in MLflow <code>${optimized.mlflowUri}</code>`;
  return html`<p class="small muted">Registered as <code>${optimized.uri}</code>${inMlflow}</p>`;
}

/** Lengths of all texts together, as the search counted them. */
function tokensText({ record }: SectionContext, isSame: boolean): string {
  if (isSame) return "";
  const { pareto } = record;
  const base = pareto?.entries.find(({ isBase }) => isBase);
  const chosen = pareto?.entries.find(({ isChosen }) => isChosen);
  if (base === undefined || chosen === undefined) return "";
  const answers =
    base.outputTokens === null || chosen.outputTokens === null
      ? ""
      : ` Answers: ${tokenCount(base.outputTokens)} → ${tokenCount(chosen.outputTokens)} tokens on average.`;
  return `${tokenCount(base.promptTokens)} → ${tokenCount(chosen.promptTokens)} tokens.${answers}`;
}

/** A chat template as one text: each message below its role. */
function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
