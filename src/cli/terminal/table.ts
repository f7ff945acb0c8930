import Table from "cli-table3";
import type { Look } from "../context.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

type Row = readonly string[];

/**
 * Rows under titles. Where that is wider than the terminal, a table for each row with the titles on its
 * side; where even that is too wide, plain `title  value` lines. Nothing is cut off.
 */
export function renderTable(columns: readonly Column[], rows: readonly Row[], look: Look): string {
  const wide = boxed(columns, rows, look);
  if (widthOf(wide) <= look.columns) return `${wide}\n`;
  const tall = rows.map((row) => onItsSide(columns, row, look));
  if (tall.every((text) => widthOf(text) <= look.columns)) return `${tall.join("\n")}\n`;
  return renderLines(columns, rows);
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

function renderLines(columns: readonly Column[], rows: readonly Row[]): string {
  const width = Math.max(...columns.map(({ title }) => title.length));
  const lines = (row: Row) =>
    columns.map(({ title }, at) => `${title.padEnd(width)}  ${row[at] ?? ""}`.trimEnd());
  return `${rows.map((row) => lines(row).join("\n")).join("\n\n")}\n`;
}

const ansi = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

function widthOf(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.replace(ansi, "").length));
}
