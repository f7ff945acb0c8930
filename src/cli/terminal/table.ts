import { Chalk } from "chalk";
import Table from "cli-table3";
import stringWidth from "fast-string-width";
import type { Look } from "../context.ts";
import { withConsoleSigns } from "./console-signs.ts";
import {
  type Column,
  type FittedColumns,
  fitColumns,
  type Row,
  shortenedCell,
  shortenedTitle,
} from "./fit-columns.ts";
import { shortened } from "./shorten.ts";
import { printable, wrapText } from "./wrap.ts";

/** Narrower terminals get cards instead of a table. */
const narrowestTable = 50;
/** From here on numbers are shown in full and gaps are two columns wide. */
const wideTable = 90;
const pipedColumns = 80;

/** The terminal's width for tables: piped output has the table of a terminal with 80 columns. */
export function tableColumns({ columns }: Look): number {
  return Number.isFinite(columns) ? columns : pipedColumns;
}

export function isWideTable(look: Look): boolean {
  return tableColumns(look) >= wideTable;
}

/**
 * Renders a table within the terminal. Columns that do not fit are named below it. Terminals under 50 columns, or
 * too narrow for the columns that stay, get one card per row.
 */
export function renderTable(
  given: readonly Column[],
  cells: readonly (readonly string[])[],
  look: Look,
): string {
  const { columns, rows } = prepared(
    given,
    cells.map((row) => ({ cells: row })),
    look,
  );
  const fitted = fitTable(columns, rows, look);
  if (fitted === undefined) return renderCards(columns, rows, look);
  return `${drawTable(columns, rows, fitted, look)}${leftNote(columns, fitted, look)}`;
}

/** Cells on one line each, with the signs and the shortening that the output allows. */
export function prepared(columns: readonly Column[], rows: readonly Row[], look: Look) {
  const isPiped = !Number.isFinite(look.columns);
  const cell = (text: string) =>
    withConsoleSigns(
      printable(text)
        .replace(/\s*[\n\t]\s*/g, " ")
        .trimEnd(),
      look,
    );
  return {
    columns: columns.map((column): Column => {
      const { least: _, ...whole } = column;
      const title = withConsoleSigns(column.title, look);
      return { ...(isPiped && column.isKey === true ? whole : column), title };
    }),
    rows: rows.map(
      ({ cells, rest }): Row => ({
        cells: cells.map(cell),
        ...(rest === undefined ? {} : { rest: cell(rest) }),
      }),
    ),
  };
}

/** Undefined if the terminal has no room for a table. One column stays free: old Windows consoles wrap there. */
export function fitTable(
  columns: readonly Column[],
  rows: readonly Row[],
  look: Look,
): FittedColumns | undefined {
  const width = tableColumns(look);
  if (width < narrowestTable) return undefined;
  const found = fitColumns(columns, rows, width - 1, width >= wideTable ? [2, 1] : [1]);
  const fitted = found && withRoomForRest(found, rows, width - 1);
  // A key that is never shortened may be wider than the 80 columns of a pipe.
  return fitted ?? (Number.isFinite(look.columns) ? undefined : fitColumns(columns, rows, 1e6, [1]));
}

/** Widens the last column, up to the terminal, for texts that reach to the right edge. */
function withRoomForRest(fitted: FittedColumns, rows: readonly Row[], width: number): FittedColumns {
  const { shown, widths, gap } = fitted;
  const until = (count: number) => widths.slice(0, count).reduce((sum, one) => sum + one + gap, 0);
  const total = until(widths.length) - gap;
  const wanted = rows.reduce((most, { cells, rest = "" }) => {
    const before = shown.filter((at) => at < cells.length).length;
    return rest === "" ? most : Math.max(most, until(before) + stringWidth(rest));
  }, total);
  const more = Math.max(0, Math.min(wanted, width) - total);
  return { ...fitted, widths: widths.map((own, at) => (at === widths.length - 1 ? own + more : own)) };
}

/** Draws fitted columns: headings, a rule, the rows. */
export function drawTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { shown, widths, gap }: FittedColumns,
  look: Look,
): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const total = widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);
  const between = " ".repeat(gap);
  const table = new Table({
    chars: noBorders(between),
    colWidths: [...widths],
    colAligns: shown.map((at) => columns[at]?.align ?? "left"),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  table.push(
    shown.map((at, place) =>
      color.dim(withConsoleSigns(shortenedTitle(columns[at] as Column, widths[place] ?? 0), look)),
    ),
    ...rows.map(({ cells, rest }, row) => {
      const own = rest === undefined ? shown : shown.filter((at) => at < cells.length);
      const drawn = own.map((at, place) => {
        const column = columns[at] as Column;
        const text = withConsoleSigns(shortenedCell(column, cells[at] ?? "", widths[place] ?? 0), look);
        return column.paint?.(text, row) ?? text;
      });
      if (rest === undefined || own.length === shown.length) return drawn;
      const used = widths.slice(0, own.length).reduce((sum, width) => sum + width + gap, 0);
      const content = color.dim(withConsoleSigns(shortened(rest, total - used), look));
      return [...drawn, { colSpan: shown.length - own.length, content, hAlign: "left" as const }];
    }),
  );
  const [head = "", ...lines] = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const rule = color.dim(withConsoleSigns("─", look).repeat(total));
  return `${[head, rule, ...lines].join("\n")}\n`;
}

function noBorders(middle: string) {
  const none = {
    ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
    ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
    ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
  };
  return { ...none, middle };
}

/** One block per row: the first cell, then a line for each other. */
function renderCards(columns: readonly Column[], rows: readonly Row[], look: Look): string {
  const columnsFree = Math.max(1, tableColumns(look) - 1);
  const titles = columns.slice(1).map(({ title }) => title);
  const titleWidth = Math.max(0, ...titles.map((title) => stringWidth(title)));
  const line = (title: string, value: string) => {
    const text = `  ${title}${" ".repeat(titleWidth - stringWidth(title))}  ${value}`.trimEnd();
    if (stringWidth(text) <= columnsFree) return text;
    return wrapText(`  ${title}\n    ${value}`, columnsFree);
  };
  const block = ({ cells }: Row) =>
    [
      wrapText(cells[0] ?? "", columnsFree),
      ...titles.flatMap((title, at) => {
        const value = cells[at + 1] ?? "";
        return value === "" ? [] : [line(title, value)];
      }),
    ].join("\n");
  return `${rows.map(block).join("\n\n")}\n`;
}

function leftNote(columns: readonly Column[], { left }: FittedColumns, look: Look): string {
  if (left.length === 0) return "";
  const titles = [...left].sort((one, other) => one - other).map((at) => columns[at]?.title ?? "");
  const wider = Number.isFinite(look.columns) ? "a wider terminal" : "COLUMNS=120";
  return `${wrapText(`not shown: ${titles.join(", ")} (${wider} or --json shows all)`, tableColumns(look) - 1)}\n`;
}
