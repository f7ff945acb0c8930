import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { renderTable } from "../../../src/cli/terminal/table.ts";

const columns = [
  { title: "Prompt", least: 8, isKey: true },
  { title: "Updated", leaves: 1 },
  { title: "Score", align: "right" as const },
];
const rows = [
  ["main/default/sentiment", "2026-11-20 12:00", "0.912"],
  ["short", "2026-11-21 12:00", "1.000"],
];
const look = (width: number) => ({ hasColor: false, hasSpinner: false, columns: width });
const table = `Prompt                 Updated          Score
─────────────────────────────────────────────
main/default/sentiment 2026-11-20 12:00 0.912
short                  2026-11-21 12:00 1.000
`;

describe("table", () => {
  test("has headings, a rule and rows; a pipe has the table of 80 columns", () => {
    expect(renderTable(columns, rows, look(80))).toBe(table);
    expect(renderTable(columns, rows, look(Number.POSITIVE_INFINITY))).toBe(table);
    const wide = renderTable(columns, rows, look(90)).split("\n");
    expect(wide[0]).toBe("Prompt                  Updated           Score");
  });

  test("shortens names in the middle, then leaves columns out and names them", () => {
    const long = ["main/default/the_prompt_with_a_very_long_name_indeed", "2026-11-21 12:00", "1.000"];
    expect(renderTable(columns, [long], look(60)).split("\n")[2]).toBe(
      "main/default/the_p…_long_name_indeed 2026-11-21 12:00 1.000",
    );
    const stays = columns.map((column) => ({ ...column, ...(column.isKey ? { least: 40 } : {}) }));
    expect(renderTable(stays, [long], look(60))).toBe(
      `Prompt                                               Score
──────────────────────────────────────────────────────────
main/default/the_prompt_with_a_very_long_name_indeed 1.000
not shown: Updated (a wider terminal or --json shows all)
`,
    );
  });

  test("a pipe never shortens what a person types back", () => {
    const path = `main/${"x".repeat(100)}`;
    expect(renderTable(columns, [[path, "2026", "1"]], look(Number.POSITIVE_INFINITY))).toContain(path);
    expect(renderTable(columns, [[path, "2026", "1"]], look(80))).not.toContain(path);
  });

  test("is one card per row under 50 columns", () => {
    expect(renderTable(columns, rows, look(30))).toBe(
      `main/default/sentiment
  Updated  2026-11-20 12:00
  Score    0.912

short
  Updated  2026-11-21 12:00
  Score    1.000
`,
    );
  });

  test("a console without UTF-8 gets other signs", () => {
    const signs = [["a → b", "–", "−1"]];
    expect(renderTable(columns, signs, { ...look(80), isAscii: true })).toBe(
      "Prompt Updated Score\n--------------------\na -> b -          -1\n",
    );
  });

  test("a cell is one line, whatever it holds", () => {
    const text = renderTable(columns, [["two\nlines", "\u001b[2J", "漢字"]], look(80));
    expect(text.split("\n")).toHaveLength(4);
    expect(text).toContain("two lines");
    expect(text).not.toContain("\u001b");
  });

  test("no line is wider than the terminal less one column, at any width", () => {
    const texts = ["漢字".repeat(30), "word ".repeat(40), "x".repeat(200), "…", ""];
    const many = texts.map((text) => [text, text, text]);
    for (let width = 2; width <= 300; width++) {
      for (const line of renderTable(columns, many, look(width)).split("\n"))
        expect([width, stringWidth(line) <= Math.max(2, width - 1)]).toEqual([width, true]);
    }
  });
});
