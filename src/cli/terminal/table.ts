import Table from "cli-table3";
import type { Look } from "../context.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const noChars = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/**
 * Rows under titles. When the table is wider than the terminal, each row becomes a block of
 * `title  value` lines instead: nothing is cut off.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  look: Look,
  style: "boxed" | "plain" = "boxed",
): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: {
      head: look.hasColor ? ["bold"] : [],
      border: look.hasColor ? ["grey"] : [],
      compact: true,
      ...(style === "plain" ? { "padding-left": 0, "padding-right": 0 } : {}),
    },
    ...(style === "plain" ? { chars: noChars } : {}),
  });
  table.push(...rows.map((row) => [...row]));
  const text = table.toString();
  if (widthOf(text) <= look.columns) return `${trimEnds(text)}\n`;
  return renderBlocks(columns, rows);
}

/** One block a row, for narrow terminals. */
function renderBlocks(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const width = Math.max(...columns.map(({ title }) => title.length));
  return rows
    .map((row) =>
      columns.map(({ title }, at) => `${title.padEnd(width)}  ${row[at] ?? ""}`.trimEnd()).join("\n"),
    )
    .join("\n\n")
    .concat("\n");
}

const ansi = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

function widthOf(text: string): number {
  return Math.max(
    ...text
      .replace(ansi, "")
      .split("\n")
      .map((line) => line.trimEnd().length),
  );
}

function trimEnds(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
