import type { OptimizationRecord, ParetoEntry } from "../contracts/run-record.ts";
import { price as priceText, score, tokenCount } from "./figures.ts";
import { type Html, html } from "./html.ts";
import { paretoChart } from "./pareto-chart.ts";

/** The candidates that no other one beats in quality and price at once; nothing where there was no choice. */
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
