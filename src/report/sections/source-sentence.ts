import { type Html, html } from "../html.ts";
import type { SectionContext } from "./section.ts";
import { modelName } from "./settings-section.ts";

/**
 * How much of the source model's score the new prompt reaches; without a source model, once, how to find out whether the
 * model of the prompt can replace another one.
 */
export function sourceSentence({ record, run }: SectionContext): Html | null {
  const { test, validation, source } = record.scores;
  if (source !== undefined)
    return html`<p class="small muted">Parity with source: ${Math.round(source.parity * 100)} %.</p>`;
  const isFirst = run.optimizations[0] === record;
  const isMeasured = run.optimizations.some(({ scores }) => scores.source !== undefined);
  if (!isFirst || isMeasured || (test === undefined && validation === undefined)) return null;
  return html`<p class="small muted">No source model was measured, so nothing here says whether ${modelName(record, "target")} can replace another model. To find out, name that model as <code>source_model</code> in the config and run again, or use <code>dao-opt migrate</code>.</p>`;
}
