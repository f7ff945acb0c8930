import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import { count, interval, score, signed, spentUsd } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { verdictOf } from "./verdict.ts";

const styles = { "✓": "ok", "–": "same", "▼": "down", "✕": "no" } as const;

/** One row per optimization, with a link to its part of the page; the headings are the terminal's. */
export function overview({ optimizations }: RunRecord): Html {
  const best = bestOfPrompts(optimizations);
  return html`<section id="overview" aria-labelledby="h-overview">
<div class="sec"><h2 id="h-overview">Overview</h2><span class="muted small">${count(optimizations.length)} optimizations</span></div>
<table class="stack">
<caption class="vh">Optimizations with their verdicts</caption>
<thead><tr><th scope="col">Optimization</th><th scope="col">Prompt</th><th scope="col">Version</th><th scope="col" class="num">Base → new</th><th scope="col" class="num">Gain</th><th scope="col" class="num">Calls</th><th scope="col" class="num">Cost</th><th scope="col">Status</th></tr></thead>
<tbody>
${optimizations.map((one, at) => overviewLine(one, at + 1, best.has(one)))}
</tbody>
</table>
${best.size === 0 ? null : html`<p class="small muted">★ marks the best of several optimizations of one prompt.</p>`}
</section>
`;
}

function overviewLine(record: OptimizationRecord, number: number, isBest: boolean): Html {
  const { scores, usage, prompts } = record;
  const { sign, word } = verdictOf(record);
  const { test, validation } = scores;
  const scored = test ?? validation;
  const versions = prompts.map(({ base, optimized }) => {
    const before = base.version ?? "–";
    return optimized === null ? `${before}` : `${before} → ${optimized.version}`;
  });
  const gain =
    test === undefined
      ? null
      : html`${signed(test.difference)} <span class="muted">[${interval(test.interval).replace(" to ", ", ")}]</span>`;
  return html`<tr><th scope="row" class="wide"><a href="#o${number}">${record.name}</a>${isBest ? html` <span title="best of its prompt">★<span class="vh"> best of its prompt</span></span>` : null}</th><td class="wide">${prompts.map(({ path }) => path).join(", ")}</td><td data-l="version">${versions.join(", ")}</td><td class="num" data-l="base → new">${scored === undefined ? null : `${score(scored.base)} → ${score(scored.optimized)}`}</td><td class="num" data-l="gain">${gain}</td><td class="num" data-l="calls">${count(usage.total.calls)}</td><td class="num" data-l="cost">${usage.total.usd === null ? "–" : spentUsd(usage.total)}</td><td class="wide"><span class="st ${styles[sign]}">${word}</span></td></tr>
`;
}

/** The improved optimization with the largest gain, of each prompt that several optimizations share. */
function bestOfPrompts(optimizations: readonly OptimizationRecord[]): ReadonlySet<OptimizationRecord> {
  const byPrompt = new Map<string, OptimizationRecord[]>();
  for (const one of optimizations) {
    const key = one.prompts.map(({ path }) => path).join("\n");
    byPrompt.set(key, [...(byPrompt.get(key) ?? []), one]);
  }
  const best = [...byPrompt.values()].flatMap((rivals) => {
    if (rivals.length < 2) return [];
    const improved = rivals.filter(({ status }) => status === "improved");
    return improved
      .sort((one, other) => (other.scores.test?.difference ?? 0) - (one.scores.test?.difference ?? 0))
      .slice(0, 1);
  });
  return new Set(best);
}
