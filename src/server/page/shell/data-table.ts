import { type Html, html } from "../../../report/html.ts";

/** A column of a table. The first one names the row. */
export interface TableColumn<Row> {
  readonly head: Html | string;
  readonly cell: (row: Row) => Html | string | number;
  /** Right-aligned, with its head as label on narrow screens. */
  readonly isNumber?: boolean;
  /** The label on narrow screens; numbers have their head. */
  readonly label?: string;
  /** Takes a whole line on narrow screens. */
  readonly isWide?: boolean;
  readonly sorted?: "ascending" | "descending" | undefined;
}

interface TableOptions<Row> {
  /** What the table lists, for screen readers. */
  readonly label: string;
  /** For links to a row. */
  readonly rowId?: (row: Row) => string;
  readonly isSelected?: (row: Row) => boolean;
}

/** A table whose rows become stacks of labeled lines up to 640 px. */
export function dataTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  { label, rowId, isSelected }: TableOptions<Row>,
): Html {
  const heads = columns.map(({ head, isNumber, sorted }) => {
    const sort = sorted === undefined ? null : html` aria-sort="${sorted}"`;
    return html`<th scope="col"${isNumber === true ? html` class="num"` : null}${sort}>${head}</th>`;
  });
  const line = (row: Row) => {
    const id = rowId === undefined ? null : html` id="${rowId(row)}"`;
    const selected = isSelected?.(row) === true ? html` aria-selected="true"` : null;
    return html`<tr${id}${selected}>${columns.map((column, at) => cellOf(column, row, at === 0))}</tr>
`;
  };
  return html`<table class="stack" aria-label="${label}">
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map(line)}</tbody>
</table>`;
}

function cellOf<Row>(column: TableColumn<Row>, row: Row, isFirst: boolean): Html {
  const { cell, isNumber, isWide, head } = column;
  const content = cell(row);
  if (isFirst) return html`<th scope="row" class="wide">${content}</th>`;
  const label = column.label ?? (isNumber === true && typeof head === "string" ? labelOf(head) : undefined);
  const classes = [isNumber === true ? "num" : "", isWide === true ? "wide" : ""].filter(Boolean).join(" ");
  return html`<td${classes === "" ? null : html` class="${classes}"`}${label === undefined ? null : html` data-l="${label}"`}>${content}</td>`;
}

/** `Rows` → `rows`; units stay as they are written: `kB`. */
function labelOf(head: string): string {
  return /^[A-Z][a-z]/.test(head) ? head.charAt(0).toLowerCase() + head.slice(1) : head;
}
