import type { RowLimits } from "../../contracts/row-result.ts";
import type { OptimizationStatus } from "../../contracts/run-record.ts";
import { describeFailures } from "../describe-failures.ts";
import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { judgesSection } from "./judges-section.ts";
import type { SectionContext } from "./section.ts";
import { verdictOf } from "./verdict.ts";

const tones: Readonly<Partial<Record<OptimizationStatus, string>>> = {
  improved: "good",
  regressed: "bad",
  failed: "bad",
};

/** What a reader must know before the first figure: offline models, rows the search saw, the reason, advice. */
export function notes({ record }: SectionContext): Html {
  const { isOffline, isUnsplit, reason, scores, advice, error, prompts, deployedTo, status, rowLimits } =
    record;
  const { sentence } = verdictOf(record);
  const isFiled = prompts.some(({ optimized }) => optimized !== null);
  const parts = [
    // The interval of a proven gain stands in the chart below.
    reason === null || sentence.includes(reason) || (status === "improved" && scores.test !== undefined)
      ? null
      : `${sentenceOf(reason)}`,
    deployedTo === null ? null : `Deployed to ${deployedTo}.`,
    isFiled || status === "skipped" ? null : "Nothing was registered.",
  ].filter((part) => part !== null);
  const tone = status === "improved" && !isFiled ? "" : (tones[status] ?? "");
  return html`${isOffline ? html`<p class="note warn"><strong>Offline models answered.</strong> They follow rules and need no key. These figures show that the setup works; they say nothing about a real model.</p>` : null}
${isUnsplit ? html`<p class="note warn"><strong>Measured on rows that the search saw.</strong> There were too few rows to hold any back, so these figures prove nothing about new rows.</p>` : null}
${parts.length === 0 && !error?.hint ? null : html`<p class="note ${tone}">${parts.join(" ")}${error?.hint ? html` <strong>Next:</strong> ${error.hint}` : null}</p>`}
${advice.length === 0 ? null : html`<div class="note"><strong>What to do next</strong><ul class="plain">${advice.map((line) => html`<li>${line}</li>`)}</ul></div>`}
${judgesSection(record)}
${rowLimits === undefined ? null : html`<p class="note">${limitsText(rowLimits)}</p>`}`;
}

function limitsText({ rowsOmitted, textLimit, textsShortened }: RowLimits): string {
  const rows =
    rowsOmitted === 0
      ? ""
      : `Held-out rows that are not in it: ${count(rowsOmitted)}; unchanged ones were left out first. `;
  const texts =
    textsShortened === 0
      ? ""
      : `Texts that are shortened to ${count(textLimit)} characters: ${count(textsShortened)}. `;
  return `The record is bounded in size. ${rows}${texts}Scores and intervals cover all rows.`;
}

function sentenceOf(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** Failed rows, missing answers and refused replies in words. */
export function failureLines({ record }: SectionContext): Html | null {
  const lines = describeFailures(record);
  if (lines.length === 0) return null;
  return html`<ul class="plain small">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}
