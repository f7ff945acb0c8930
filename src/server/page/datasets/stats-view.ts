import { DatasetError } from "../../../core/errors.ts";
import {
  type DatasetStats,
  statsWarnings,
  type TextLengths,
} from "../../../datasets/manage/dataset-stats.ts";
import { type Html, html } from "../../../report/html.ts";
import { dataTable } from "../shell/data-table.ts";
import { emptyNote, errorNote, warningNote } from "../shell/notes.ts";
import { type DatasetFindings, datasetFindings, type SampledRow } from "./dataset-findings.ts";
import type { PageDataset } from "./page-datasets.ts";

const mostPairs = 50;
const mostLabels = 20;

/** The figures of `dataset stats`, and which rows nearly repeat others. */
export async function statsView(dataset: PageDataset): Promise<Html> {
  let findings: DatasetFindings;
  try {
    findings = await datasetFindings(dataset);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return errorNote(error.message, error.hint);
  }
  const { stats } = findings;
  if (stats.rows === 0) return emptyNote("No rows to count");
  return html`${statsWarnings(stats).map((text) => warningNote(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`))}
${keyFigures(stats)}
${lengthsTable(stats)}
${labelsTable(stats)}
${partsSection(stats, dataset)}
${duplicatesSection(findings, dataset)}`;
}

function keyFigures({ rows, distinct, answers, nearDuplicates }: DatasetStats): Html {
  const { share, sample } = nearDuplicates;
  const figures: readonly (readonly [name: string, value: string, note: string])[] = [
    ["Rows", count(rows), `${count(distinct)} with different inputs`],
    [
      "Expected answers",
      count(answers.expected + answers.facts),
      answers.facts === 0 ? "texts" : `${count(answers.facts)} of them as facts`,
    ],
    ["Only recorded", count(answers.output), `${count(answers.none)} rows have no answer`],
    [
      "Near-duplicates",
      `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`,
      sample < distinct ? `in a sample of ${count(sample)} inputs` : `of ${count(distinct)} inputs`,
    ],
  ];
  return html`<dl class="figs">${figures.map(([name, value, note]) => html`<div><dt>${name}</dt><dd class="v">${value}</dd><dd>${note}</dd></div>`)}</dl>`;
}

function lengthsTable({ inputs, outputs }: DatasetStats): Html | null {
  const lines = [
    ["Inputs", inputs],
    ["Recorded answers", outputs],
  ] as const;
  const rows = lines.flatMap(([name, lengths]) =>
    lengths === undefined
      ? []
      : (["characters", "tokens"] as const).map((unit) => ({
          name: `${name}, ${unit === "tokens" ? "tokens (estimated)" : unit}`,
          ...lengths[unit satisfies keyof TextLengths],
        })),
  );
  if (rows.length === 0) return null;
  const figure = (head: string, key: "least" | "median" | "mean" | "p95" | "most") => ({
    head,
    isNumber: true,
    cell: (row: (typeof rows)[number]) => count(Math.round(row[key])),
  });
  return html`<section aria-labelledby="h-len"><div class="sec"><h2 id="h-len">Lengths</h2></div>${dataTable(
    [
      { head: "Text", cell: ({ name }) => name },
      figure("Least", "least"),
      figure("Median", "median"),
      figure("Mean", "mean"),
      figure("95 %", "p95"),
      figure("Most", "most"),
    ],
    rows,
    { label: "Lengths" },
  )}</section>`;
}

function labelsTable({ balance, answers }: DatasetStats): Html | null {
  const answered = answers.expected + answers.output;
  // Mostly different answers are not labels.
  if (balance.labels.length === 0 || balance.labels.length > Math.max(mostLabels, answered / 5)) return null;
  const more = (balance.distinct ?? 0) - mostLabels;
  return html`<section aria-labelledby="h-lab"><div class="sec"><h2 id="h-lab">Answers</h2></div>${dataTable(
    [
      { head: "Answer", cell: ({ label }) => label },
      { head: "Rows", isNumber: true, cell: ({ rows }) => count(rows) },
      { head: "Share", isNumber: true, cell: ({ rows }) => `${((rows / answered) * 100).toFixed(1)} %` },
    ],
    balance.labels.slice(0, mostLabels),
    { label: "Answers" },
  )}${more > 0 ? html`<p class="small muted">and ${count(more)} other answers</p>` : null}</section>`;
}

function partsSection({ parts, leaks }: DatasetStats, dataset: PageDataset): Html | null {
  if (parts.length === 0) return null;
  const examples = leaks.examples.map(
    ({ what, parts: [one, other] }) =>
      html`<li><a href="${dataset.addressAt(["rows", what])}"><code>${what.slice(0, 8)}</code></a> in ${one} and ${other}</li>`,
  );
  const more = leaks.count - examples.length;
  return html`<section aria-labelledby="h-parts"><div class="sec"><h2 id="h-parts">Splits</h2></div>${dataTable(
    [
      { head: "Part", cell: ({ name }) => name },
      { head: "Rows", isNumber: true, cell: ({ rows }) => count(rows) },
    ],
    parts,
    { label: "Splits" },
  )}${
    leaks.count === 0
      ? html`<p class="small muted">No input is in more than one part.</p>`
      : html`<p class="note bad"><strong>✕ ${count(leaks.count)} ${leaks.count === 1 ? "input is" : "inputs are"} in more than one part.</strong> Scores on them are not reliable.</p><ul class="plain small">${examples}${more > 0 ? html`<li>and ${count(more)} more</li>` : null}</ul>`
  }</section>`;
}

function duplicatesSection({ stats, pairs, compared }: DatasetFindings, dataset: PageDataset): Html {
  const shown = pairs.slice(0, mostPairs);
  const cell = ({ id, text }: SampledRow) =>
    html`<a href="${dataset.addressAt(["rows", id])}"><code>${id.slice(0, 8)}</code></a> ${text.slice(0, 200)}${text.length > 200 ? "…" : ""}`;
  const where = compared < stats.distinct ? `among the first ${count(compared)} inputs` : "among all inputs";
  return html`<section id="near" aria-labelledby="h-near"><div class="sec"><h2 id="h-near">Near-duplicates</h2><span class="muted small">${where}</span></div>${
    shown.length === 0
      ? emptyNote("No input nearly repeats another one")
      : html`${dataTable(
          [
            { head: "Row", cell: ({ row }: { readonly row: SampledRow }) => cell(row) },
            { head: "Nearly repeats", isWide: true, cell: ({ other }) => cell(other) },
          ],
          shown,
          { label: "Near-duplicates" },
        )}${pairs.length > shown.length ? html`<p class="small muted">and ${count(pairs.length - shown.length)} more</p>` : null}`
  }</section>`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
