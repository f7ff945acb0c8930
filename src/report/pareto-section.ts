import type { ParetoEntry, ParetoTable } from "../contracts/pareto-table.ts";
import type { OptimizationRecord } from "../contracts/run-record.ts";
import { price as priceText, score, tokenCount } from "./figures.ts";
import { type Html, html } from "./html.ts";

const [width, height] = [480, 240];
const plot = { left: 52, right: 460, top: 16, bottom: 196 };

/** Chart of quality over price; null if all points coincide. */
function paretoChart({ price, entries }: ParetoTable): Html | null {
  const priceOf = (entry: ParetoEntry) =>
    price === "usd" ? (entry.usdPerThousandCalls ?? 0) : entry.promptTokens;
  const shown = (value: number) => (price === "usd" ? priceText(value) : tokenCount(value));
  const [x, y] = [scale(entries.map(priceOf)), scale(entries.map(({ measured }) => measured))];
  if (entries.length < 2 || x === null || y === null) return null;
  const place = (entry: ParetoEntry) => ({
    x: round(plot.left + x.share(priceOf(entry)) * (plot.right - plot.left)),
    y: round(plot.bottom - y.share(entry.measured) * (plot.bottom - plot.top)),
  });
  const line = entries.map((entry) => `${place(entry).x},${place(entry).y}`).join(" ");
  const title = price === "usd" ? "USD per 1,000 calls" : "tokens of the prompt";
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="measured quality over ${title}">
<path class="axis" d="M${plot.left - 8} ${plot.top}V${plot.bottom + 8}H${plot.right}"/>
<text x="${plot.left - 12}" y="${plot.top + 4}" text-anchor="end">${score(y.high)}</text><text x="${plot.left - 12}" y="${plot.bottom + 4}" text-anchor="end">${score(y.low)}</text>
<text x="${plot.left}" y="${plot.bottom + 24}">${shown(x.low)}</text><text x="${plot.right}" y="${plot.bottom + 24}" text-anchor="end">${shown(x.high)}</text>
<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 40}" text-anchor="middle">${title}</text>
<polyline class="front" points="${line}"/>
${entries.map((entry) => mark(entry, place(entry)))}
</svg>`;
}

function mark(entry: ParetoEntry, { x, y }: { readonly x: number; readonly y: number }): Html {
  const kind = entry.isChosen ? "chosen" : entry.isBase ? "base" : "other";
  const name = entry.isChosen ? "chosen" : entry.isBase ? "base" : "";
  // The line rises to the right, so labels fit below it, except at the axis.
  const drop = y + 16 > plot.bottom ? 4 : 16;
  const isLeft = x > (plot.left + plot.right) / 2;
  return html`<circle class="${kind}" cx="${x}" cy="${y}" r="${entry.isChosen ? 6 : 4}"><title>${entry.candidate}: ${score(entry.measured)}</title></circle><text x="${x + (isLeft ? -10 : 10)}" y="${round(y + drop)}" text-anchor="${isLeft ? "end" : "start"}">${name}</text>`;
}

/** Scales values to 0…1; null if all are equal. */
function scale(values: readonly number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return null;
  return { low, high, share: (value: number) => (value - low) / (high - low) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The candidates that no other one beats in both quality and price; nothing without a choice. */
export function paretoSection({ pareto }: OptimizationRecord): Html | null {
  if (pareto === undefined || pareto.entries.length < 2) return null;
  const price =
    pareto.price === "usd" ? "the price of a call" : "the length of the prompt (a price is unknown)";
  return html`<h3>Quality against price</h3>
<p class="quiet">What no other candidate beats in measured quality and ${price} at once, on the validation rows; the base in any case.</p>
${paretoChart(pareto)}
<div class="wide"><table>
<tr><th>Candidate</th><th class="number">Measured</th><th class="number">Estimate</th><th class="number">Prompt tokens</th><th class="number">Output tokens a call</th><th class="number">USD per 1,000 calls</th><th></th></tr>
${pareto.entries.map(entryLine)}
</table></div>
<p><strong>chosen</strong>: ${pareto.reason}</p>`;
}

function entryLine(entry: ParetoEntry): Html {
  const name = entry.isBase ? `${entry.candidate} (base)` : entry.candidate;
  return html`<tr><td>${name}</td><td class="number">${score(entry.measured)}</td><td class="number">${score(entry.validation)}</td><td class="number">${tokenCount(entry.promptTokens)}</td><td class="number">${tokenCount(entry.outputTokens)}</td><td class="number">${priceText(entry.usdPerThousandCalls)}</td><td>${entry.isChosen ? html`<strong>chosen</strong>` : null}</td></tr>`;
}
