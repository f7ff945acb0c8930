import { describe, expect, test } from "vitest";
import type { CandidateRecord } from "../../../src/contracts/run-record.ts";
import { lineage } from "../../../src/report/rows/lineage.ts";

const candidate = (id: string | null, ...parents: readonly string[]): CandidateRecord => ({
  id,
  parents,
  texts: {},
  step: 0,
  by: "x",
  status: "proposed",
  reason: null,
  validation: null,
  validationRows: 0,
  promptTokens: null,
});
const drawn = (...candidates: readonly CandidateRecord[]) =>
  lineage(candidates).map(({ candidate: { id }, branch }) => `${branch}${id}`);

describe("the tree of candidates", () => {
  test("goes depth first, with children in the order of their making", () => {
    expect(
      drawn(candidate("base"), candidate("a", "base"), candidate("b", "base"), candidate("c", "a")),
    ).toEqual(["base", "├ a", "│ └ c", "└ b"]);
  });

  test("a merge hangs below what its parents come from, and below the first if that is not one", () => {
    const siblings = [candidate("base"), candidate("a", "base"), candidate("b", "base")];
    expect(drawn(...siblings, candidate("m", "a", "b"))).toEqual(["base", "├ a", "├ b", "└ m"]);
    expect(drawn(...siblings, candidate("c", "b"), candidate("m", "a", "c"))).toEqual([
      "base",
      "├ a",
      "│ └ m",
      "└ b",
      "  └ c",
    ]);
  });

  test("replies without an id are no candidates; unknown parents and circles lose nobody", () => {
    expect(drawn(candidate(null, "base"), candidate("a", "gone"))).toEqual(["a"]);
    expect(drawn(candidate("base"), candidate("a", "b"), candidate("b", "a")).sort()).toEqual([
      "a",
      "b",
      "base",
    ]);
  });

  test("a lineage of thousands is drawn no deeper than the page is wide", () => {
    const chain = Array.from({ length: 5000 }, (_, at) =>
      candidate(`${at}`, ...(at === 0 ? [] : [`${at - 1}`])),
    );
    const lines = lineage(chain);
    expect(lines).toHaveLength(5000);
    expect(Math.max(...lines.map(({ branch }) => branch.length))).toBeLessThan(20);
    expect(lines[4999]).toMatchObject({ isCapped: true, parent: { id: "4998" } });
  });
});
