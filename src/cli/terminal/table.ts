import Table from "cli-table3";
import stringWidth from "fast-string-width";
import type { Look } from "../context.ts";
import { wrapText } from "./wrap.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

type Row = readonly string[];

/**
 * Renders a table. If it is wider than the terminal, renders one vertical table per row; if that is still too
 * wide, plain `title  value` lines. Never truncates.
 */
export function renderTable(columns: readonly Column[], rows: readonly Row[], look: Look): string {
  const wide = boxed(columns, rows, look);
  // All lines have the same width, and measuring is slower than rendering.
  if (look.columns === Number.POSITIVE_INFINITY || widthOf(wide.slice(0, wide.indexOf("\n"))) <= look.columns)
    return `${wide}\n`;
  const tall = rows.map((row) => onItsSide(columns, row, look));
  if (tall.every((text) => widthOf(text) <= look.columns)) return `${tall.join("\n")}\n`;
  return renderLines(columns, rows, look.columns);
}

function boxed(columns: readonly Column[], rows: readonly Row[], look: Look): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: styleOf(look),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function onItsSide(columns: readonly Column[], row: Row, look: Look): string {
  const table = new Table({ style: styleOf(look) });
  table.push(...columns.map(({ title }, at) => ({ [title]: [row[at] ?? ""] })));
  return table.toString();
}

function styleOf({ hasColor }: Look) {
  return { head: hasColor ? ["bold"] : [], border: hasColor ? ["grey"] : [], compact: true };
}

/** Puts a value below its title if it does not fit next to it. */
function renderLines(columns: readonly Column[], rows: readonly Row[], width: number): string {
  const titleWidth = Math.max(...columns.map(({ title }) => stringWidth(title)));
  const lineOf = (title: string, value: string) => {
    const line = `${title.padEnd(titleWidth)}  ${value}`.trimEnd();
    return stringWidth(line) <= width ? line : `${title}\n${wrapText(`  ${value}`, width)}`;
  };
  const block = (row: Row) => columns.map(({ title }, at) => lineOf(title, row[at] ?? "")).join("\n");
  return `${rows.map(block).join("\n\n")}\n`;
}

function widthOf(text: string): number {
  return Math.max(...text.split("\n").map((line) => stringWidth(line)));
}
