import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { type Html, html } from "../html.ts";
import type { SectionContext } from "./section.ts";
import { modelName } from "./settings-section.ts";

/** Follows the verdict: how much of the source model's score the new prompt reaches. Null if that was not measured. */
export function parityHeading({ scores: { source } }: OptimizationRecord): Html | null {
  if (source === undefined) return null;
  return html` <span class="muted">Parity with source: ${Math.round(source.parity * 100)} %</span>`;
}

/** How to find out whether the model of the prompt can replace another one; once, if no optimization measured it. */
export function sourceSentence({ record, run }: SectionContext): Html | null {
  const { test, validation } = record.scores;
  const isFirst = run.optimizations[0] === record;
  const isMeasured = run.optimizations.some(({ scores }) => scores.source !== undefined);
  if (!isFirst || isMeasured || (test === undefined && validation === undefined)) return null;
  return html`<p class="small muted">No source model was measured, so nothing here says whether ${modelName(record, "target")} can replace another model. To find out, name that model as <code>source_model</code> in the config and run again, or use <code>dao-opt migrate</code>.</p>`;
}
