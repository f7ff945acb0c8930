import { type Html, html } from "../html.ts";
import { rowExport } from "../rows/row-export.ts";
import { candidatesSection } from "./candidates-section.ts";
import { causesSection } from "./causes-section.ts";
import { gainChart } from "./gain-chart.ts";
import { keyFigures } from "./key-figures.ts";
import { notes } from "./notes.ts";
import { priceSection } from "./price-section.ts";
import { progressSection } from "./progress-section.ts";
import { promptSection } from "./prompt-section.ts";
import { rowsSection } from "./rows-section.ts";
import type { SectionContext } from "./section.ts";
import { settingsSection } from "./settings-section.ts";
import { sourceSentence } from "./source-sentence.ts";
import { spendSection } from "./spend-section.ts";

/** Everything about one optimization below its verdict: what a reader decides by comes first. */
export function optimizationPart(context: SectionContext): Html {
  const parts = {
    prompt: promptSection(context),
    score: progressSection(context),
    rows: rowsSection(context),
    causes: causesSection(context),
    price: priceSection(context),
    candidates: candidatesSection(context),
    settings: settingsSection(context),
    spend: spendSection(context),
  };
  const pair = (one: Html | null, other: Html | null): Html | null =>
    one === null || other === null ? (one ?? other) : html`<div class="two">${one}${other}</div>`;
  return html`${notes(context)}
${gainChart(context)}
${keyFigures(context)}
${sourceSentence(context)}
${contents(context, parts)}
${pair(parts.prompt, parts.score)}
${parts.rows}
${pair(parts.causes, parts.price)}
${parts.candidates}
${pair(parts.settings, parts.spend)}
${rowExport(context.record, context.prefix)}`;
}

const titles = {
  prompt: "Prompt",
  score: "Score",
  rows: "Rows",
  causes: "Failures",
  price: "Price",
  candidates: "Candidates",
  settings: "Settings",
  spend: "Spend",
} as const;

function contents(
  { prefix, record }: SectionContext,
  parts: Readonly<Record<keyof typeof titles, Html | null>>,
): Html {
  const names = (Object.keys(titles) as (keyof typeof titles)[]).filter((name) => parts[name] !== null);
  const label = prefix === "" ? "On this page" : `Parts of ${record.name}`;
  return html`<nav aria-label="${label}" class="row small toc">${names.map((name) => html`<a href="#${prefix}${name}">${titles[name]}</a>`)}</nav>`;
}
