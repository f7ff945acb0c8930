import { describe, expect, test } from "vitest";
import { renderTable } from "../../../src/cli/terminal/table.ts";

const columns = [{ title: "Prompt" }, { title: "Score", align: "right" as const }];
const rows = [
  ["main/default/sentiment", "0.912"],
  ["short", "1.000"],
];
const look = (width: number) => ({ hasColor: false, hasSpinner: false, columns: width });

describe("table", () => {
  test("has one header row if it fits the terminal", () => {
    expect(renderTable(columns, rows, look(80))).toBe(
      `┌────────────────────────┬───────┐
│ Prompt                 │ Score │
├────────────────────────┼───────┤
│ main/default/sentiment │ 0.912 │
│ short                  │ 1.000 │
└────────────────────────┴───────┘
`,
    );
  });

  test("is one two-column table per row on narrow terminals", () => {
    const wide = columns.flatMap((column) => [column, { title: `${column.title} before` }]);
    const cells = rows.map((row) => row.flatMap((cell) => [cell, "x"]));
    expect(renderTable(wide, cells, look(45))).toBe(
      `┌───────────────┬────────────────────────┐
│ Prompt        │ main/default/sentiment │
│ Prompt before │ x                      │
│ Score         │ 0.912                  │
│ Score before  │ x                      │
└───────────────┴────────────────────────┘
┌───────────────┬───────┐
│ Prompt        │ short │
│ Prompt before │ x     │
│ Score         │ 1.000 │
│ Score before  │ x     │
└───────────────┴───────┘
`,
    );
  });

  test("falls back to wrapped lines on very narrow terminals", () => {
    expect(renderTable(columns, rows, look(20))).toBe(
      `Prompt
  main/default/sen
    timent
Score   0.912

Prompt  short
Score   1.000
`,
    );
  });
});
