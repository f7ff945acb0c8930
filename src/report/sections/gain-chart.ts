import { interval, signed } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { SectionContext } from "./section.ts";

const methods = {
  "mcnemar-newcombe": "McNemar exact test, Newcombe interval",
  "signflip-bca": "sign-flip test, BCa bootstrap interval",
} as const;

/** The gain with its interval against 0, and the test behind it. */
export function gainChart({ record }: SectionContext): Html | null {
  const { test } = record.scores;
  if (test === undefined) return null;
  const { difference, interval: ends, confidence, pValue, method } = test;
  const [low, high] = ends;
  const [start, end] = [Math.min(0, low), Math.max(0, high)];
  const pad = Math.max(0.02, (end - start) * 0.1);
  const at = (value: number) => percent((value - start + pad) / (end - start + 2 * pad));
  const share = Math.round(confidence * 100);
  const where = low > 0 ? "above" : high < 0 ? "below" : "across";
  const side = where === "across" ? "The interval includes 0." : `The interval lies ${where} 0.`;
  return html`<figure class="chart gain">
<svg width="100%" height="34" role="img" aria-label="Gain ${signed(difference)}, ${share} % interval from ${interval(ends)}. ${side}">
<line class="axis" x2="100%" y1="24" y2="24"/><line class="axis" x1="${at(0)}" x2="${at(0)}" y1="12" y2="32"/>
<rect class="band" x="${at(low)}" width="${percent((high - low) / (end - start + 2 * pad))}" y="16" height="16" rx="3"/><circle class="pt" cx="${at(difference)}" cy="24" r="6"/>
<g text-anchor="middle"><text x="${at(0)}" y="48">0</text><text class="key" x="${at(difference)}" y="8">${signed(difference)}</text></g>
</svg>
<figcaption class="small muted">Gain on the held-out rows, ${share} % interval ${interval(ends)}, p = ${pText(pValue)} (${methods[method]}). ${side}</figcaption>
</figure>`;
}

export function pText(value: number): string {
  if (value >= 0.001) return value.toPrecision(2);
  if (value === 0) return "0";
  const [digits = "", exponent = ""] = value.toExponential(1).split("e");
  const raised = exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "");
  return `${digits} × 10${raised}`;
}

/** A share as a position: `12.3%`. */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}
