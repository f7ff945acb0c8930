import type { PromptVersion } from "../../../contracts/registry.ts";
import { wilsonInterval } from "../../../core/statistics/mean-interval.ts";
import { score } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { percent } from "../../../report/sections/gain-chart.ts";
import type { ScoredVersion } from "./version-scores.ts";

/** More points do not fit beside their labels. */
const mostPoints = 8;

/** Of the interval of a score; as the gate's default. */
const confidence = 0.95;

/** Scores from 0 to 1 by version, each with its own interval; the gains are in the table. */
export function scoresChart(all: readonly ScoredVersion[], shown: PromptVersion): Html {
  const scored = pointsOf(all, shown);
  const x = (at: number) => percent((at + 0.5) / scored.length);
  const y = (value: number) => percent(1 - Math.min(1, Math.max(0, value)));
  const sentence = scored.map(({ version, measured }) => `${version.version} ${score(measured.score)}`);
  const first = scored[0];
  const lines = scored.map(({ measured }, at) => {
    // Exact for right or wrong, and on the safe side for scores in between: they vary less.
    const [low, high] = wilsonInterval(measured.score * measured.rows, measured.rows, confidence);
    return html`<line x1="${x(at)}" x2="${x(at)}" y1="${y(low)}" y2="${y(high)}"/>`;
  });
  const points = scored.map(({ version, measured }, at) => {
    const isShown = version === shown;
    return html`<circle class="${isShown ? "pt" : "pt0"}" cx="${x(at)}" cy="${y(measured.score)}" r="${isShown ? 7 : 6}"/>`;
  });
  const labels = scored.map(({ version, measured }, at) => {
    const key = version === shown ? "key" : "";
    return html`<text class="${key}" x="${x(at)}" y="100%" dy="18" text-anchor="middle">${version.version}</text><text class="${key}" x="${x(at)}" y="${y(measured.score)}" dx="11" dy="${isOnBase(measured.score, first) ? -6 : 4}">${score(measured.score)}</text>`;
  });
  const left = all.length - scored.length;
  return html`<figure class="chart versions">
<svg width="100%" height="170" role="img" aria-label="Held-out score by version: ${sentence.join(", ")}.">
<g class="grid"><line x2="100%" y1="0" y2="0"/><line x2="100%" y1="50%" y2="50%"/></g><line class="axis" x2="100%" y1="100%" y2="100%"/>
${first === undefined ? null : html`<line class="base" x2="100%" y1="${y(first.measured.score)}" y2="${y(first.measured.score)}"/>`}
<g text-anchor="end"><text x="-8" y="4">1.0</text><text x="-8" y="50%" dy="4">0.5</text><text x="-8" y="100%" dy="4">0</text></g>
<g class="ci">${lines}</g>${points}${labels}
</svg>
<figcaption class="small muted">Score by version, with its 95 % interval. Whether a gain is proven stands in the table: its interval must lie above 0.${left > 0 ? ` The newest ${scored.length} of ${all.length}.` : ""}</figcaption></figure>`;
}

/** A label beside its point would be struck through by the line of the base. */
function isOnBase(value: number, base: ScoredVersion | undefined): boolean {
  return base !== undefined && Math.abs(base.measured.score - value) < 0.06;
}

/** The newest versions, with the shown one. */
function pointsOf(all: readonly ScoredVersion[], shown: PromptVersion): readonly ScoredVersion[] {
  const newest = all.slice(-mostPoints);
  const own = all.find(({ version }) => version === shown);
  return own === undefined || newest.includes(own) ? newest : [own, ...newest.slice(1)];
}
