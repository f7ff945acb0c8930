import stringWidth from "fast-string-width";
import { shortened, shortenedInMiddle } from "./shorten.ts";

/** A column of a table, and what may happen to it on narrow terminals. */
export interface Column {
  readonly title: string;
  /** Stands in for a title that is wider than its shortened column. */
  readonly shortTitle?: string;
  readonly align?: "left" | "right";
  /** Where columns leave if the table is too wide: the lowest first. Absent: the column stays. */
  readonly leaves?: number;
  /** Fewest characters to which its cells may be shortened. Absent: cells are never shortened. */
  readonly least?: number;
  /** Its part of the room that shortened columns share; default 1. */
  readonly weight?: number;
  /** How cells are shortened; default: in the middle. */
  readonly shorten?: (text: string, columns: number) => string;
  /** What a person types back: it is shortened on a terminal only, never in a pipe. */
  readonly isKey?: boolean;
  /** Colors a cell after it was measured. */
  readonly paint?: (text: string, row: number) => string;
}

/** A row; `rest` is a text from the column after the last cell to the right edge. */
export interface Row {
  readonly cells: readonly string[];
  readonly rest?: string;
}

/** Which columns are shown, in which widths. */
export interface FittedColumns {
  readonly shown: readonly number[];
  readonly left: readonly number[];
  /** Widths of the shown columns. */
  readonly widths: readonly number[];
  readonly gap: number;
}

/**
 * Fits columns into `width`: with wide gaps if there is room, then with shortened cells, then without the columns
 * that may leave. Undefined if even the others are too wide.
 */
export function fitColumns(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  gaps: readonly number[],
): FittedColumns | undefined {
  const natural = columns.map(({ title }, at) =>
    rows.reduce((most, { cells }) => Math.max(most, stringWidth(cells[at] ?? "")), stringWidth(title)),
  );
  let shown = columns.map((_, at) => at);
  const left: number[] = [];
  for (;;) {
    for (const gap of gaps) {
      const room = width - gap * (shown.length - 1);
      const widths = sharedWidths(
        shown.map((at) => columns[at] as Column),
        shown.map((at) => natural[at] ?? 0),
        room,
      );
      // Readable names matter more than wide gaps.
      const isCramped = (at: number, place: number) =>
        (widths?.[place] ?? 0) < Math.min(natural[at] ?? 0, 2 * (columns[at]?.least ?? 0));
      if (widths !== undefined && (gap === gaps.at(-1) || !shown.some(isCramped))) {
        const tight = shown.map((at, place) =>
          tightWidth(columns[at] as Column, at, rows, widths[place] ?? 0),
        );
        return { shown, left, widths: tight, gap };
      }
    }
    const next = nextToLeave(columns, shown);
    if (next === undefined) return undefined;
    shown = shown.filter((at) => at !== next);
    left.push(next);
  }
}

function nextToLeave(columns: readonly Column[], shown: readonly number[]): number | undefined {
  const order = (at: number) => columns[at]?.leaves ?? Number.POSITIVE_INFINITY;
  const [first] = [...shown].sort((one, other) => order(one) - order(other));
  return first === undefined || order(first) === Number.POSITIVE_INFINITY ? undefined : first;
}

/** Undefined if the columns do not fit even with all cells shortened. */
function sharedWidths(
  columns: readonly Column[],
  natural: readonly number[],
  room: number,
): number[] | undefined {
  const leastOf = (at: number) => Math.min(natural[at] ?? 0, columns[at]?.least ?? Number.POSITIVE_INFINITY);
  if (columns.reduce((sum, _, at) => sum + leastOf(at), 0) > room) return undefined;
  const widths = [...natural];
  let open = columns.flatMap(({ least }, at) => (least === undefined ? [] : [at]));
  let left = room - natural.reduce((sum, own, at) => (open.includes(at) ? sum : sum + own), 0);
  // Columns that need less than their part, or not less than their least, are settled; the others share the rest.
  for (;;) {
    const weights = open.reduce((sum, at) => sum + (columns[at]?.weight ?? 1), 0);
    const part = (at: number) => Math.round((left * (columns[at]?.weight ?? 1)) / weights);
    // First those that get too little: what they take is missing to the others.
    const poor = open.find((at) => part(at) < leastOf(at));
    const settled = poor ?? open.find((at) => (natural[at] ?? 0) <= part(at));
    if (settled === undefined) {
      for (const at of open) {
        const last = at === open.at(-1);
        widths[at] = last ? left : part(at);
        left -= widths[at] ?? 0;
      }
      return widths;
    }
    widths[settled] = poor === undefined ? (natural[settled] ?? 0) : leastOf(settled);
    left -= widths[settled] ?? 0;
    open = open.filter((at) => at !== settled);
  }
}

function tightWidth(column: Column, at: number, rows: readonly Row[], width: number): number {
  const title = stringWidth(shortenedTitle(column, width));
  return rows.reduce(
    (most, { cells }) => Math.max(most, stringWidth(shortenedCell(column, cells[at] ?? "", width))),
    title,
  );
}

/** A title in the width of its column. */
export function shortenedTitle({ title, shortTitle = title }: Column, width: number): string {
  return stringWidth(title) <= width ? title : shortened(shortTitle, width);
}

/** A cell in the width of its column. */
export function shortenedCell({ shorten = shortenedInMiddle }: Column, text: string, width: number): string {
  return stringWidth(text) <= width ? text : shorten(text, width);
}
