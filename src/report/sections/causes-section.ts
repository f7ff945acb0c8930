import type { RowResult } from "../../contracts/row-result.ts";
import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { createFailureCause } from "../rows/failure-cause.ts";
import { isBaseBest, newName } from "../rows/row-changes.ts";
import { percent } from "./gain-chart.ts";
import { failureLines } from "./notes.ts";
import { type SectionContext, section } from "./section.ts";

interface CauseCount {
  readonly cause: string;
  base: number;
  optimized: number;
  /** Numbers of the rows of the new prompt. */
  readonly rows: number[];
}

const mostCauses = 12;
const mostLinks = 40;

/** Rows without the full score by cause, before and after; null if there is nothing to say. */
export function causesSection(context: SectionContext): Html | null {
  const { rows } = context.record;
  const causes = countCauses(rows);
  const lines = failureLines(context);
  if (causes.length === 0 && lines === null) return null;
  const [base, optimized] = [
    causes.reduce((sum, one) => sum + one.base, 0),
    causes.reduce((sum, one) => sum + one.optimized, 0),
  ];
  const isAlone = isBaseBest(context.record);
  const note =
    causes.length === 0
      ? ""
      : isAlone
        ? `${count(base)} of ${count(rows.length)} rows`
        : `${count(base)} → ${count(optimized)} of ${count(rows.length)} rows`;
  return section(context, { id: "causes", title: "Failures by cause", note }, [
    causes.length === 0 ? null : causesTable(causes, context, isAlone),
    lines,
  ]);
}

function countCauses(rows: readonly RowResult[]): readonly CauseCount[] {
  const causeOf = createFailureCause(rows);
  const counts = new Map<string, CauseCount>();
  const note = (cause: string | undefined, side: "base" | "optimized", number: number): void => {
    if (cause === undefined) return;
    const known = counts.get(cause) ?? { cause, base: 0, optimized: 0, rows: [] };
    counts.set(cause, known);
    known[side]++;
    if (side === "optimized") known.rows.push(number);
  };
  rows.forEach((row, at) => {
    note(causeOf(row, row.base), "base", at + 1);
    note(causeOf(row, row.optimized), "optimized", at + 1);
  });
  return [...counts.values()].sort(
    (one, other) =>
      Math.max(other.base, other.optimized) - Math.max(one.base, one.optimized) ||
      (one.cause < other.cause ? -1 : 1),
  );
}

function causesTable(causes: readonly CauseCount[], context: SectionContext, isAlone: boolean): Html {
  const shown = causes.slice(0, mostCauses);
  const rest = causes.slice(mostCauses);
  const most = Math.max(1, ...shown.map(({ base, optimized }) => Math.max(base, optimized)));
  return html`<table class="causes">
<thead><tr><th scope="col">Cause</th><th scope="col" class="num">Base</th>${isAlone ? null : html`<th scope="col" class="num">${newName(context.record)}</th>`}<th scope="col" class="c-bar hide-s"><span class="vh">Bars</span></th></tr></thead>
<tbody>
${shown.map((one) => causeLine(one, most, context, isAlone))}
${rest.length === 0 ? null : html`<tr><th scope="row">${count(rest.length)} other causes</th><td class="num">${count(rest.reduce((sum, one) => sum + one.base, 0))}</td>${isAlone ? null : html`<td class="num">${count(rest.reduce((sum, one) => sum + one.optimized, 0))}</td>`}<td class="hide-s"></td></tr>`}
</tbody>
</table>`;
}

function causeLine(
  { cause, base, optimized, rows }: CauseCount,
  most: number,
  { prefix }: SectionContext,
  isAlone: boolean,
): Html {
  const links = rows.slice(0, mostLinks);
  const list =
    rows.length === 0
      ? html`${cause}`
      : html`<details><summary>${cause}</summary><p class="small">Rows ${links.map((number, at) => html`${at === 0 ? null : html`, `}<a href="#${prefix}row-${number}">${number}</a>`)}${rows.length > links.length ? html` and ${count(rows.length - links.length)} more` : null}</p></details>`;
  const bars = isAlone
    ? html`<rect class="hbar" width="${percent(base / most)}" y="6" height="6"/>`
    : html`<rect class="hbar two-b" width="${percent(base / most)}" y="2" height="6"/><rect class="hbar" width="${percent(optimized / most)}" y="10" height="6"/>`;
  return html`<tr><th scope="row">${list}</th><td class="num">${count(base)}</td>${isAlone ? null : html`<td class="num">${count(optimized)}</td>`}<td class="hide-s"><svg width="100%" height="18" aria-hidden="true">${bars}</svg></td></tr>
`;
}
