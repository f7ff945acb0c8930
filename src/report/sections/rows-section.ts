import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { valueText } from "../../core/data/json.ts";
import { conversationOf, inputsText } from "../../core/prompt/conversation.ts";
import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { answerCell } from "../rows/answer-cell.ts";
import { foldText } from "../rows/clip-text.ts";
import {
  baseName,
  countChanges,
  isBaseBest,
  isBinary,
  type NumberedRow,
  newName,
  type RowChange,
  rowChanges,
  sortedRows,
} from "../rows/row-changes.ts";
import { type RowLink, type SectionContext, section } from "./section.ts";
import { modelName } from "./settings-section.ts";

/** A browser shows this many without delay; the record has the others. */
const mostRows = 5_000;
/** Characters of all cells together, beyond which long ones are cut. */
const mostCharacters = 8_000_000;
const longestText = 20_000;

const changeWords: Readonly<
  Record<
    RowChange,
    { readonly word: string; readonly chip: string; readonly sign: string; readonly style: string }
  >
> = {
  failed: { word: "Failed", chip: "Failed", sign: "!", style: "no" },
  worse: { word: "Worse", chip: "Worse", sign: "▼", style: "down" },
  wrong: { word: "Still wrong", chip: "Still wrong", sign: "✕", style: "sw" },
  better: { word: "Better", chip: "Better", sign: "▲", style: "up" },
  right: { word: "Still right", chip: "Still right", sign: "✓", style: "sr" },
};
const aloneWords: Readonly<Partial<Record<RowChange, string>>> = { wrong: "Wrong", right: "Right" };

/** How the rows of an optimization are shown. */
interface Table {
  readonly prefix: string;
  readonly isBinary: boolean;
  readonly isBaseBest: boolean;
  readonly hasSource: boolean;
  readonly limit: number;
  readonly heads: { readonly base: string; readonly optimized: string };
}

/** Every held-out row with its answers and scores, worst first, and what filters, sorts and exports them. */
export function rowsSection(context: SectionContext): Html | null {
  const { record, prefix } = context;
  const { rows } = record;
  if (rows.length === 0) return null;
  const all = sortedRows(rows);
  const shown = all.slice(0, mostRows);
  const table: Table = {
    prefix,
    isBinary: isBinary(rows),
    isBaseBest: isBaseBest(record),
    hasSource: rows.some(({ source }) => source !== undefined),
    limit: Math.min(longestText, Math.max(300, Math.floor(mostCharacters / (shown.length * 5)))),
    heads: { base: baseName(record), optimized: newName(record) },
  };
  const rest = all.length - shown.length;
  return section(
    context,
    { id: "rows", title: `All ${count(all.length)} held-out rows`, note: exportButtons(prefix) },
    html`<div class="filter" data-rows="${prefix}">
${filterBar(record, table)}
<p class="small muted js-only block" role="status" data-status></p>
<table class="stack fix rows">
<caption class="vh">Held-out rows with the answers and scores of both prompts, worst first</caption>
<thead><tr><th scope="col" class="num c-n">Row</th><th scope="col">${inputHead(record)}</th><th scope="col" class="c-e">Expected</th><th scope="col" class="c-b">${table.heads.base}</th>${table.isBaseBest ? null : html`<th scope="col" class="c-b">${table.heads.optimized}</th>`}${table.hasSource ? html`<th scope="col" class="c-b">Source model</th>` : null}<th scope="col" class="c-c" aria-sort="ascending">Change</th></tr></thead>
<tbody>
${shown.map((row) => rowLine(row, table, context.rowLink?.(record, row.row)))}
</tbody>
</table>
<div class="empty none"><strong class="e-any">No row matches</strong>${noneWords(record, table)}<p>Choose another filter, or change the text of the search.</p></div>
</div>
${rest === 0 ? null : html`<p class="small muted">${count(rest)} more rows that did not change are in record.json: a browser cannot show all of them.</p>`}
<p class="small muted">${table.isBinary ? "✓ scores 1, ✕ scores 0." : "The number before an answer is its score, from 0 to 1."} ${table.hasSource ? `The source model is ${modelName(record, "source")}.` : ""} <span class="no-js">Search, sort and export need scripts; record.json beside this file has the same rows.</span></p>`,
  );
}

/** For each filter without rows what that means. */
function noneWords({ rows }: OptimizationRecord, { isBaseBest: isAlone }: Table): readonly Html[] {
  const counts = countChanges(rows);
  const words: Readonly<Record<RowChange, string>> = {
    failed: "No row failed.",
    worse: "No row got worse.",
    wrong: isAlone ? "No row is wrong." : "No row is still wrong.",
    better: "No row got better.",
    right: isAlone ? "No row is right." : "No row is still right.",
  };
  return rowChanges
    .filter((change) => counts[change] === 0)
    .map((change) => html`<strong class="e e-${change}">${words[change]}</strong>`);
}

function exportButtons(prefix: string): Html {
  return html`<span class="row js-only" data-export="${prefix}"><button type="button" class="btn plain" data-as="copy">Copy</button><button type="button" class="btn plain" data-as="csv">CSV</button><button type="button" class="btn plain" data-as="json">JSON</button></span>`;
}

function filterBar({ rows }: OptimizationRecord, { prefix, isBaseBest: isAlone }: Table): Html {
  const counts = countChanges(rows);
  const chip = (kind: RowChange | "all", content: Html, isChecked: boolean) =>
    html`<label><input type="radio" name="${prefix}show" class="f-${kind}"${isChecked ? html` checked` : null}>${content}</label>`;
  const order: readonly RowChange[] = ["worse", "wrong", "better", "right", "failed"];
  const kinds = isAlone ? order.filter((kind) => kind !== "worse" && kind !== "better") : order;
  return html`<div class="row tools"><fieldset class="chips"><legend class="vh">Show rows</legend>
${chip("all", html`All ${count(rows.length)}`, true)}
${kinds.map((kind) => chip(kind, html`<span aria-hidden="true">${changeWords[kind].sign}</span> ${isAlone ? (aloneWords[kind] ?? changeWords[kind].chip) : changeWords[kind].chip} ${count(counts[kind])}`, false))}
</fieldset><label class="js-only"><span class="vh">Search the rows</span><input type="search" placeholder="Search inputs and answers" data-search></label></div>`;
}

function inputHead({ rows }: OptimizationRecord): string {
  const names = new Set(rows.slice(0, 100).flatMap(({ inputs }) => Object.keys(inputs)));
  const [only] = names;
  return names.size === 1 && only !== undefined && only !== "messages" ? `Input: ${only}` : "Inputs";
}

function rowLine({ number, row, change }: NumberedRow, table: Table, link: RowLink | undefined): Html {
  const { prefix, limit, heads, hasSource, isBaseBest: isAlone } = table;
  const { expected } = row;
  const { word, style } = changeWords[change];
  const id = `${prefix}row-${number}`;
  return html`<tr class="k-${change}" id="${id}"><th scope="row" class="num"><a href="#${id}" title="${row.example}">${number}</a></th><td class="wide">${inputCell(row.inputs, limit)}</td><td data-l="expected">${expected === null ? null : foldText(expected, limit)}</td>${answerCell(row.base, { label: "base", expected }, table)}${isAlone ? null : answerCell(row.optimized, { label: heads.optimized, expected }, table)}${hasSource ? (row.source === undefined ? html`<td></td>` : answerCell(row.source, { label: "source model", expected }, table)) : null}<td data-s="${rowChanges.indexOf(change)}"><span class="st ${style}">${isAlone ? (aloneWords[change] ?? word) : word}</span>${link === undefined ? null : html`<div class="small"><a href="${link.address}" title="${link.title}">${link.text}</a></div>`}</td></tr>
`;
}

function inputCell(inputs: NumberedRow["row"]["inputs"], limit: number): Html {
  const names = Object.keys(inputs);
  const [only] = names;
  if (conversationOf(inputs) !== undefined) return foldText(inputsText(inputs), limit);
  if (names.length === 1 && only !== undefined) return foldText(valueText(inputs[only] ?? null), limit);
  return html`${names.map((name) => html`<div><span class="muted">${name}:</span> ${foldText(valueText(inputs[name] ?? null), limit)}</div>`)}`;
}
