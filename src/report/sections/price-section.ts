import type { ParetoEntry, ParetoTable } from "../../contracts/pareto-table.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { price as priceText, score, tokenCount } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { newName } from "../rows/row-changes.ts";
import { percent } from "./gain-chart.ts";
import { type SectionContext, section } from "./section.ts";

const idLength = 7;

/** The candidates that no other one beats in both quality and price; null without a choice. */
export function priceSection(context: SectionContext): Html | null {
  const { pareto } = context.record;
  if (pareto === undefined || pareto.entries.length < 2) return null;
  const unit =
    pareto.price === "usd" ? "USD per 1,000 calls" : "tokens of the prompt, because a price is unknown";
  return section(
    context,
    { id: "price", title: "Quality against price", note: `validation score, ${unit}` },
    html`${priceChart(pareto, newName(context.record))}
<table class="stack price">
<caption class="vh">Candidates that no other one beats in both quality and price</caption>
<thead><tr><th scope="col">Candidate</th><th scope="col" class="num">Measured</th><th scope="col" class="num">Estimate</th><th scope="col" class="num">Prompt tokens</th><th scope="col" class="num">Output tokens</th>${pareto.price === "usd" ? html`<th scope="col" class="num">USD per 1,000</th>` : null}</tr></thead>
<tbody>
${pareto.entries.map((entry) => entryLine(entry, context))}
</tbody>
</table>
<p class="small muted">No other candidate beats these in both; the base is always shown. The estimate leaves out the luck of the best of many. Chosen: ${pareto.reason}.${sourceText(context.record)}</p>`,
  );
}

/** What an answer of the source model costs and takes, against one of the new prompt. */
function sourceText({ scores }: OptimizationRecord): string {
  const { source } = scores;
  if (source === undefined) return "";
  const { usd, targetUsd, latencyMs, targetLatencyMs } = source;
  const times = usd !== null && targetUsd !== null && targetUsd > 0 ? usd / targetUsd : null;
  const cost =
    times === null || usd === null
      ? ""
      : ` The source model costs ${priceText(usd * 1000)} per 1,000 calls, ${times.toPrecision(2)} times as much.`;
  return `${cost} An answer took ${milliseconds(targetLatencyMs)} on average, one of the source model ${milliseconds(latencyMs)}.`;
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString("en-US")} ms`;
}

function entryLine(entry: ParetoEntry, { prefix, record }: SectionContext): Html {
  const tag = entry.isChosen ? html` <span class="tag">${newName(record).toLowerCase()}</span>` : null;
  const name = html`<a href="#${prefix}c-${entry.candidate}"><code>${entry.candidate.slice(0, idLength)}</code></a>${entry.isBase ? " base" : ""}${entry.isChosen && !entry.isBase ? tag : entry.isChosen ? " (chosen)" : null}`;
  return html`<tr><th scope="row" class="wide">${name}</th><td class="num" data-l="measured">${score(entry.measured)}</td><td class="num" data-l="estimate">${score(entry.validation)}</td><td class="num" data-l="prompt tokens">${tokenCount(entry.promptTokens)}</td><td class="num" data-l="output tokens">${entry.outputTokens === null ? "–" : tokenCount(entry.outputTokens)}</td>${record.pareto?.price === "usd" ? html`<td class="num" data-l="USD per 1,000">${priceText(entry.usdPerThousandCalls)}</td>` : null}</tr>
`;
}

/** Better is higher, dearer is further right; both axes start at 0. */
function priceChart({ price, entries }: ParetoTable, chosenName: string): Html | null {
  const priceOf = (entry: ParetoEntry) =>
    price === "usd" ? (entry.usdPerThousandCalls ?? 0) : entry.promptTokens;
  const shown = (value: number) => (price === "usd" ? priceText(value) : tokenCount(value));
  const most = Math.max(...entries.map(priceOf));
  if (!(most > 0)) return null;
  const scale = most * 1.25;
  const x = (entry: ParetoEntry) => percent(priceOf(entry) / scale);
  const y = (entry: ParetoEntry) => percent(1 - entry.measured);
  const front = [...entries].sort((one, other) => priceOf(one) - priceOf(other));
  const [cheapest, dearest] = [front[0], front.at(-1)];
  const nameOf = (entry: ParetoEntry) =>
    entry.isBase ? "base" : entry.isChosen ? chosenName.toLowerCase() : entry.candidate.slice(0, idLength);
  const sentence = front
    .map((entry) => `${nameOf(entry)} ${score(entry.measured)} at ${shown(priceOf(entry))}`)
    .join(", ");
  const isCrowded = (entry: ParetoEntry) => !entry.isBase && !entry.isChosen && entries.length > 5;
  const ticks = [cheapest, dearest].filter(
    (entry, at) => entry !== undefined && (at === 1 || priceOf(entry) < most * 0.7),
  );
  return html`<figure class="chart">
<svg width="100%" height="180" role="img" aria-label="${sentence}.">
<g class="grid"><line x2="100%" y1="0" y2="0"/><line x2="100%" y1="50%" y2="50%"/></g><line class="axis" x2="100%" y1="100%" y2="100%"/>
<svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="front" d="${front.map((entry, at) => (at === 0 ? `M${number(x(entry))} ${number(y(entry))}` : `H${number(x(entry))} V${number(y(entry))}`)).join(" ")}"/></svg>
<g text-anchor="end"><text x="-8" y="4">1.0</text><text x="-8" y="50%" dy="4">0.5</text><text x="-8" y="100%" dy="4">0</text></g>
<g text-anchor="middle"><text x="0" y="100%" dy="18">0</text>${ticks.map((entry) => (entry === undefined ? null : html`<text x="${x(entry)}" y="100%" dy="18">${shown(priceOf(entry))}</text>`)).filter((one) => one !== null)}</g>
${front.map((entry, at) => {
  const isRight = priceOf(entry) > most * 0.6 && !entry.isChosen;
  const near = front[at + 1];
  // A label below its point does not meet that of a neighbor at the same height.
  const drop =
    near !== undefined && Math.abs(near.measured - entry.measured) < 0.08 && !entry.isChosen ? 20 : 4;
  return html`<circle class="${entry.isChosen ? "pt" : "pt0"}" cx="${x(entry)}" cy="${y(entry)}" r="${entry.isChosen ? 7 : 5}"><title>${entry.candidate}: ${score(entry.measured)}</title></circle>${isCrowded(entry) ? null : html`<text${entry.isChosen ? html` class="key"` : null} x="${x(entry)}" y="${y(entry)}" dx="${isRight ? -10 : 12}" dy="${drop}" text-anchor="${isRight ? "end" : "start"}">${nameOf(entry)}</text>`}`;
})}
</svg>
</figure>`;
}

function number(position: string): string {
  return position.replace("%", "");
}
