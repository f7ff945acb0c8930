import { describe, expect, test } from "vitest";
import type { RowResult } from "../../../src/contracts/row-result.ts";
import { boundRows } from "../../../src/run/record/bound-rows.ts";

const answer = (output: string, score: number | null) => ({ output, score, feedback: null, error: null });
const row = (example: string, base: number | null, optimized: number | null, text = "t"): RowResult => ({
  example,
  inputs: { text, nested: { list: [text, 1] } },
  expected: text,
  base: answer(text, base),
  optimized: answer(text, optimized),
});

describe("the rows of a record", () => {
  test("are kept as they are within the bounds", () => {
    const rows = [row("a", 0, 1), row("b", 1, 1, "x".repeat(20_000))];
    expect(boundRows(rows)).toEqual({ rows });
  });

  test("a text of ten million characters is shortened wherever it stands, and counted", () => {
    const { rows, rowLimits } = boundRows([row("a", 0, 1, "x".repeat(10_000_000)), row("b", 0, 1)]);
    expect(rowLimits).toEqual({ rowsOmitted: 0, textLimit: 20_000, textsShortened: 5 });
    expect(JSON.stringify(rows).length).toBeLessThan(101_000);
    expect(rows[0]?.base.output).toBe(`${"x".repeat(20_000)}… [9980000 more characters]`);
    expect(rows[1]).toEqual(row("b", 0, 1));
  });

  test("all texts together are bounded: the limit of each shrinks, the rows stay", () => {
    const bounds = { mostRows: 10, longestText: 1000, shortestLimit: 100, mostCharacters: 10_000 };
    const many = Array.from({ length: 10 }, (_, at) => row(`${at}`, 0, 1, "y".repeat(900)));
    const { rows, rowLimits } = boundRows(many, bounds);
    expect(rows).toHaveLength(10);
    expect(rowLimits).toEqual({ rowsOmitted: 0, textLimit: 125, textsShortened: 50 });
  });

  test("of too many, unchanged ones are left out first; the others keep their order", () => {
    const bounds = { mostRows: 4, longestText: 100, shortestLimit: 10, mostCharacters: 10_000 };
    const all = [
      row("right", 1, 1),
      row("won", 0, 1),
      row("wrong", 0, 0),
      row("failed", null, 1),
      row("lost", 1, 0),
    ];
    const { rows, rowLimits } = boundRows(all, bounds);
    expect(rows.map(({ example }) => example)).toEqual(["won", "wrong", "failed", "lost"]);
    expect(rowLimits).toMatchObject({ rowsOmitted: 1 });
  });

  test("a shortened text never ends in half a character", () => {
    const bounds = { mostRows: 4, longestText: 10, shortestLimit: 10, mostCharacters: 10_000 };
    const { rows } = boundRows([row("a", 0, 1, `${"x".repeat(9)}😀😀`)], bounds);
    expect(rows[0]?.expected).toBe(`${"x".repeat(9)}… [4 more characters]`);
  });
});
