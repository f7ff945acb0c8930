import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonFields } from "../../src/scorers/rules/json-fields.ts";
import {
  appendResult,
  type Cell,
  type CellResult,
  cellKey,
  openCells,
  planCells,
  readResults,
} from "./models/cells.ts";
import { drawParts } from "./models/draw-rows.ts";
import { crossedInterval, pairedScores } from "./models/intervals.ts";
import { resultTables } from "./models/result-table.ts";
import { jsonScore } from "./models/score-answer.ts";

const plan = planCells({
  suites: ["sentiment"],
  prompts: ["explicit", "vague"],
  engines: ["gepa", "gepa:merge=off", "peer-gepa"],
  pairs: [{ target: "small/0.5b", reflection: "large" }],
  seeds: [1, 2],
  budget: 200,
  rows: "30,20,45,4",
});

function resultOf(cell: Cell, base: readonly number[], best: readonly number[], verdict: string): CellResult {
  return {
    ...cell,
    status: "done",
    text: "Answer.\nText: {{text}}",
    calls: { search: 110, gate: 90, target: 195, reflection: 5 },
    held_out: null,
    verdict,
    stopped: "budget_calls",
    seconds: 12,
    is_resumed: false,
    unseen: { ...pairedScores(base, best), base_scores: base, best_scores: best },
    scoring_seconds: 3,
    machine: {},
    versions: {},
    date: "2026-11-29T00:00:00.000Z",
  };
}

const ones = (count: number, of: number): readonly number[] =>
  Array.from({ length: of }, (_, at) => (at < count ? 1 : 0));

describe("intervals of the benchmark", () => {
  // R. G. Newcombe, Statistics in Medicine 17:857–872 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
  ])("gives Wilson's interval of %i of %i", (count, of, low, high) => {
    const { base_interval } = pairedScores(ones(count, of), ones(count, of));
    expect(base_interval[0]).toBeCloseTo(low, 3);
    expect(base_interval[1]).toBeCloseTo(high, 3);
  });

  it("pairs the gain by row", () => {
    // 30 rows gained and none lost of 120: surely a gain, though the two score intervals overlap.
    const { gain, gain_interval, base_interval, best_interval } = pairedScores(ones(50, 120), ones(62, 120));
    expect(gain).toBeCloseTo(0.1);
    expect(gain_interval[0]).toBeGreaterThan(0);
    expect(base_interval[1]).toBeGreaterThan(best_interval[0]);
  });

  it("covers rows and searches of a mean over searches", () => {
    const [low, high] = crossedInterval([ones(60, 120)]);
    const half = 1.96 * Math.sqrt(0.25 / 120);
    expect(low).toBeCloseTo(0.5 - half, 1);
    expect(high).toBeCloseTo(0.5 + half, 1);
    const [lowest, highest] = crossedInterval([ones(0, 120), ones(120, 120)]);
    expect([lowest, highest]).toEqual([0, 1]);
  });
});

describe("rows of a cell", () => {
  const rows = Array.from({ length: 90 }, (_, at) => ({
    inputs: { text: `row ${at}` },
    expected: ["a", "b", "c"][at % 3] as string,
  }));
  const sizes = { train: 9, validation: 6, test: 12, unseen: 30 };

  it("draws disjoint, balanced parts, and the same unseen rows for every seed", () => {
    const [one, two] = [1, 2].map((seed) => drawParts(rows, ({ expected }) => expected, sizes, seed));
    const all = Object.values(one ?? {}).flat();
    expect(new Set(all.map(({ inputs }) => inputs["text"])).size).toBe(9 + 6 + 12 + 30);
    for (const part of Object.values(one ?? {}))
      expect(
        new Set(
          ["a", "b", "c"].map(
            (label) => part.filter((row: { expected: string }) => row.expected === label).length,
          ),
        ).size,
      ).toBe(1);
    expect(two?.unseen).toEqual(one?.unseen);
    expect(two?.train).not.toEqual(one?.train);
  });

  it("refuses to draw more rows than there are", () => {
    expect(() => drawParts(rows, undefined, { ...sizes, unseen: 80 }, 1)).toThrow(/5 are missing/);
  });
});

describe("results file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bench-models-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("leaves finished cells out and repeats failed and incomplete ones", () => {
    const file = join(folder, "out.jsonl");
    expect(openCells(plan, readResults(file))).toHaveLength(12);
    const [first, second, third] = plan as readonly [Cell, Cell, Cell];
    appendResult(file, resultOf(first, ones(1, 4), ones(2, 4), "improved"));
    appendResult(file, { ...second, status: "failed", error: "no answer", date: "" });
    appendFileSync(file, JSON.stringify(resultOf(third, ones(1, 4), ones(2, 4), "improved")).slice(0, 80));
    const open = openCells(plan, readResults(file));
    expect(open.map(cellKey)).toEqual(plan.slice(1).map(cellKey));
    appendResult(file, resultOf(third, ones(1, 4), ones(2, 4), "improved"));
    expect(openCells(plan, readResults(file))).toHaveLength(10);
  });

  it("has keys that differ by cell and are names of folders", () => {
    const keys = plan.map(cellKey);
    expect(new Set(keys).size).toBe(12);
    for (const key of keys) expect(key).toMatch(/^[\w.,=-]+$/);
  });

  it("prints searches without a gain, and counts failed ones", () => {
    const cells = plan.filter(({ engine, prompt }) => engine === "gepa" && prompt === "vague");
    const peer = plan.filter(({ engine, prompt }) => engine === "peer-gepa" && prompt === "vague");
    const text = resultTables([
      resultOf(cells[0] as Cell, ones(0, 4), ones(2, 4), "improved"),
      resultOf(cells[1] as Cell, ones(0, 4), ones(0, 4), "no_proven_improvement"),
      { ...(peer[0] as Cell), status: "failed", error: "no answer", date: "" },
    ]);
    expect(text).toContain("## sentiment, vague prompt");
    expect(text).toContain("4 rows that it never saw");
    expect(text).toMatch(
      /\| gepa \| small\/0\.5b ← large \| 2 \| 0\.000 \| 0\.250 \| \+0\.250 \[\+0\.000, \+0\.\d+\] \| 1 of 2 \| 1 of 2 \| 110 \+ 90 \| 5 \| 12 \|/,
    );
    expect(text).toMatch(/\| peer-gepa \| [^|]+ \| 0 \(\+1 failed\) \| – /);
  });
});

describe("scores of the benchmark", () => {
  const expected = JSON.stringify({
    urgency: "high",
    sentiment: "neutral",
    categories: { a: true, b: false },
  });

  it.each([
    [expected, 1],
    ['{"urgency":"high","sentiment":"negative","categories":{"a":true,"b":true}}', 0.5],
    ['{"urgency":"high"}', 0.25],
    ["[1]", 0],
    ["urgency: high", 0],
  ])("agree with json_fields on %s", async (answer, score) => {
    const scorer = jsonFields.create(jsonFields.options.parse({}) as never, { directory: "." });
    const example = { id: "1", inputs: {}, expected, expectations: {}, tags: {}, origin: { file: "x" } };
    expect(jsonScore(answer, expected)).toBeCloseTo(score);
    expect((await scorer.score({ example, output: answer, toolCalls: [] })).value).toBeCloseTo(score);
  });
});
