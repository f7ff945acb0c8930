import type { CandidateRecord } from "../../../../contracts/run-record.ts";
import type { PromptTexts } from "../../../../core/prompt/candidate.ts";
import { type Html, html } from "../../../../report/html.ts";
import { makerWords } from "../../../../report/rows/maker-words.ts";
import { diffList } from "../../../../report/sections/diff-list.ts";
import { bestScoreFigure } from "../../../../report/sections/progress-section.ts";
import { shortId } from "./live-candidates.ts";
import type { LiveOptimization } from "./live-run.ts";

/** The best score over calls so far. */
export function scoreChart(one: LiveOptimization, likelyCalls: number | undefined): Html {
  const { base, calls } = one;
  if (base === undefined)
    return html`<div class="empty"><strong>Nothing is measured yet</strong><p>The base is measured on all validation rows first.</p></div>`;
  const total = Math.max(calls, Math.round(likelyCalls ?? calls));
  const figure = bestScoreFigure(
    { candidates: recordsOf(one, base), phaseCalls: { base: base.calls, search: calls, total } },
    "to do",
  );
  return figure ?? html``;
}

/** Candidates as the chart of the report takes them. */
function recordsOf(
  { candidates }: LiveOptimization,
  base: NonNullable<LiveOptimization["base"]>,
): readonly CandidateRecord[] {
  const shared = { promptTokens: null, texts: {} };
  return [
    {
      ...shared,
      ...{ id: "base", parents: [], step: 0, by: "config", status: "seed", reason: null },
      ...{ validation: base.validation, validationRows: base.rows, calls: base.calls },
    },
    ...[...candidates.values()].map(
      (one): CandidateRecord => ({
        ...shared,
        ...{ id: one.id, parents: one.parents, step: one.step, by: one.by, status: one.status },
        ...{ reason: one.reason, validation: one.validation, calls: one.calls },
        validationRows: one.validation === null ? 0 : base.rows,
      }),
    ),
  ];
}

/** What the newest rewrite changed in the text that it was made from. */
export function latestDiff({ candidates }: LiveOptimization, baseTexts: PromptTexts | undefined): Html {
  const latest = [...candidates.values()].at(-1);
  if (latest === undefined)
    return html`<div class="empty"><strong>No rewrite yet</strong><p>The first one appears here with its changes.</p></div>`;
  const parent = latest.parents.flatMap((id) => candidates.get(id) ?? []).at(0);
  const text = joined(latest.texts);
  const before = parent?.texts ?? baseTexts;
  const against = parent === undefined ? "the base" : `its parent ${shortId(parent.id)}`;
  const lead = html`<p class="small muted">${shortId(latest.id)} against ${against} (${makerWords(latest.by, latest.parents.length)}).</p>`;
  if (before === undefined)
    return html`${lead}<pre class="text" tabindex="0" role="region" aria-label="Text of the latest candidate">${text}</pre>`;
  const label = `Difference by sentence, ${shortId(latest.id)} against ${against}`;
  return html`${lead}${diffList(joined(before), text, label).markup}`;
}

function joined(texts: PromptTexts): string {
  const entries = Object.entries(texts);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return only[1];
  return entries.map(([name, text]) => `[${name}]\n${text}`).join("\n\n");
}
