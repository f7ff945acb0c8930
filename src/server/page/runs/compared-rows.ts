import type { RowAnswer, RowResult } from "../../../contracts/row-result.ts";
import type { OptimizationRecord } from "../../../contracts/run-record.ts";
import { inputsText } from "../../../core/prompt/conversation.ts";
import { comparePaired, type PairedComparison } from "../../../core/statistics/paired-comparison.ts";
import { count, score } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { foldText } from "../../../report/rows/clip-text.ts";
import { dataTable, type TableColumn } from "../shell/data-table.ts";
import { filterChips } from "../shell/filters.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { changedQuery } from "../shell/page-links.ts";
import { pageOfQuery, pager } from "../shell/pager.ts";

type PairChange = "worse" | "better" | "same" | "failed";

/** A held-out row that both runs measured. */
interface RowPair {
  readonly number: number;
  readonly row: RowResult;
  readonly other: RowResult;
  readonly change: PairChange;
}

export interface PairOutcome {
  readonly pairs: readonly RowPair[];
  readonly comparison: PairedComparison;
}

/** Rows are the same if their examples are. Undefined if there are none with both scores. */
export function pairOutcome(one: OptimizationRecord, other: OptimizationRecord): PairOutcome | undefined {
  const pairs = pairsOf(one, other);
  const measured = pairs.filter(({ change }) => change !== "failed");
  if (measured.length === 0) return undefined;
  const comparison = comparePaired(
    measured.map(({ row }) => row.optimized.score ?? 0),
    measured.map((pair) => pair.other.optimized.score ?? 0),
    { confidence: one.plan.gate.confidence, seed: one.plan.seed },
  );
  return { pairs, comparison };
}

function pairsOf(one: OptimizationRecord, other: OptimizationRecord): readonly RowPair[] {
  const byExample = new Map(other.rows.map((row) => [row.example, row]));
  return one.rows.flatMap((row, at) => {
    const match = byExample.get(row.example);
    return match === undefined
      ? []
      : [{ number: at + 1, row, other: match, change: changeOf(row.optimized, match.optimized) }];
  });
}

function changeOf(before: RowAnswer, after: RowAnswer): PairChange {
  if (before.score === null || after.score === null) return "failed";
  if (before.score === after.score) return "same";
  return after.score > before.score ? "better" : "worse";
}

const changes = {
  worse: { name: "▼ Worse in B", word: "Worse", style: "down" },
  better: { name: "▲ Better in B", word: "Better", style: "up" },
  same: { name: "Same", word: "Same", style: "same" },
  failed: { name: "! Failed", word: "Failed", style: "no" },
} as const satisfies Record<
  PairChange,
  { readonly name: string; readonly word: string; readonly style: string }
>;
const order: readonly PairChange[] = ["failed", "worse", "better", "same"];
const longestText = 4000;

/** The shared rows with both answers, worst first; `?show=` filters. */
export function comparedRows(
  one: OptimizationRecord,
  other: OptimizationRecord,
  { path, query }: PageRequest,
): Html {
  const pairs = [...pairsOf(one, other)].sort(
    (some, more) => order.indexOf(some.change) - order.indexOf(more.change) || some.number - more.number,
  );
  const wanted = query.get("show") ?? "";
  const shown = pairs.filter(({ change }) => wanted === "" || change === wanted);
  const part = pageOfQuery(query);
  const rows = shown.slice(part.offset, part.offset + part.limit);
  const chip = (value: PairChange | "", name: string, total: number) => ({
    name,
    count: total,
    isCurrent: wanted === value,
    address: `${changedQuery(path, query, { show: value, page: undefined })}#rows`,
  });
  const chips = [
    chip("", "All", pairs.length),
    ...order.map((kind) =>
      chip(kind, changes[kind].name, pairs.filter(({ change }) => change === kind).length),
    ),
  ].filter((one) => one.count > 0 || one.isCurrent);
  const alone = one.rows.length + other.rows.length - 2 * pairs.length;
  return html`<section id="rows" aria-labelledby="h-rows"><div class="sec"><h2 id="h-rows">Held-out rows</h2><span class="muted small">${count(pairs.length)} in both runs${alone === 0 ? "" : `, ${count(alone)} in one only`}</span></div>
${
  pairs.length === 0
    ? emptyNote("The runs share no held-out row", "They have other data, or another split.")
    : html`${filterChips("Rows", chips)}${rows.length === 0 ? emptyNote("No row matches") : dataTable(columns, rows, { label: "Rows of both runs", rowId: ({ number }) => `row-${number}` })}${pager(part, { path, query, shown: rows.length, total: shown.length })}`
}</section>`;
}

const columns: readonly TableColumn<RowPair>[] = [
  { head: "Row", cell: ({ number }) => html`<a href="#row-${number}">${number}</a>` },
  { head: "Input", isWide: true, cell: ({ row }) => foldText(inputsText(row.inputs), longestText) },
  { head: "Expected", label: "expected", cell: ({ row }) => foldText(row.expected ?? "", longestText) },
  { head: "A", label: "A", isWide: true, cell: ({ row }) => answer(row.optimized) },
  { head: "B", label: "B", isWide: true, cell: ({ other }) => answer(other.optimized) },
  {
    head: "Change",
    cell: ({ change }) => html`<span class="st ${changes[change].style}">${changes[change].word}</span>`,
  },
];

function answer({ output, score: value, error }: RowAnswer): Html {
  if (error !== null) return html`<span class="st no">Failed</span> ${foldText(error, longestText)}`;
  return html`<b>${score(value)}</b> ${foldText(output ?? "", longestText)}`;
}
