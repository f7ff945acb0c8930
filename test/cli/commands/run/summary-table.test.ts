import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { renderSummary } from "../../../../src/cli/commands/run/render-summary.ts";
import { nextCommands } from "../../../../src/cli/terminal/next-commands.ts";
import type { OptimizationRecord, TestScores } from "../../../../src/contracts/run-record.ts";
import { optimizationRecord, runRecord } from "../../../support/run-records.ts";

const path = "main/default/sentiment_classifier";
const { scores, usage } = optimizationRecord();
const flags = { registryFlag: " --registry prompts", stateFlag: "" };

function optimization(
  name: string,
  to: number | null,
  figures: readonly [base: number, now: number, low: number, high: number],
  spend: readonly [calls: number, usd: number | null],
  over: Partial<OptimizationRecord> = {},
): OptimizationRecord {
  const [base, optimized, low, high] = figures;
  const measured: TestScores = {
    ...(scores.test as TestScores),
    ...{ base, optimized, difference: optimized - base, interval: [low, high], rows: 90 },
  };
  const [calls, usd] = spend;
  return optimizationRecord({
    name,
    status: to === null ? "no_proven_improvement" : "improved",
    over: {
      prompts: [
        {
          key: "p",
          path,
          base: { version: 1, uri: `prompts:/${path}/1`, template: "a" },
          optimized: to === null ? null : { version: to, uri: `prompts:/${path}/${to}`, template: "b" },
          best: { template: "b", validation: 1 },
        },
      ],
      scores: { ...scores, test: measured },
      usage: { ...usage, total: { ...usage.total, calls, usd } },
      ...over,
    },
  });
}

const one = optimization("optimize_sentiment", 2, [0.311, 0.733, 0.284, 0.537], [987, 0.11]);
const four = [
  optimization("by_gepa", 2, [0.311, 0.744, 0.294, 0.548], [1058, 0.08]),
  optimization("by_few_shot", null, [0.311, 0.311, -0.026, 0.026], [432, 0.03]),
  optimization("by_metaprompt", 3, [0.311, 0.678, 0.232, 0.481], [373, 0.02]),
  optimization("by_mipro", 4, [0.311, 0.733, 0.284, 0.537], [908, 0.13]),
];
const look = (columns: number) => ({ hasColor: false, hasSpinner: false, columns });

function summary(optimizations: readonly OptimizationRecord[], columns: number, isVerbose = false): string {
  const record = runRecord(optimizations);
  return renderSummary(record, look(columns), { isVerbose, next: nextCommands(record, flags) });
}

const tableOf = (text: string) => text.slice(0, text.indexOf("\n\n"));

describe("the summary table", () => {
  test("of one optimization in 80 columns", () => {
    expect(tableOf(summary([one], 80))).toBe(
      `Optimization  Prompt    Version Base → new Gain            Calls  Cost Status
───────────────────────────────────────────────────────────────────────────────
optimi…timent sent…fier 1 → 2   .31 → .73  +.42 [.28, .54]   987 $0.11 improved`,
    );
  });

  test("of four in 80 columns, the best one marked; a pipe has the same table", () => {
    const text = `Optimization  Prompt   Version Base → new Gain             Calls  Cost Status
───────────────────────────────────────────────────────────────────────────────
by_gepa *     sent…ier 1 → 2   .31 → .74  +.43 [.29, .55]  1,058 $0.08 improved
by_few_shot   sent…ier 1       .31 → .31  +.00 [−.03, .03]   432 $0.03 no proof
by_metaprompt sent…ier 1 → 3   .31 → .68  +.37 [.23, .48]    373 $0.02 improved
by_mipro      sent…ier 1 → 4   .31 → .73  +.42 [.28, .54]    908 $0.13 improved
* best gain`;
    expect(tableOf(summary(four, 80))).toBe(text);
    expect(tableOf(summary(four, Number.POSITIVE_INFINITY))).toBe(text);
  });

  test("in 60 columns without Prompt, Version and Calls, which go to the lines below", () => {
    const text = summary(four, 60);
    expect(tableOf(text)).toBe(
      `Optimization  Base → new Gain              Cost Status
────────────────────────────────────────────────────────
by_gepa *     .31 → .74  +.43 [.29, .55]  $0.08 improved
by_few_shot   .31 → .31  +.00 [−.03, .03] $0.03 no proof
by_metaprompt .31 → .68  +.37 [.23, .48]  $0.02 improved
by_mipro      .31 → .73  +.42 [.28, .54]  $0.13 improved
* best gain`,
    );
    expect(text.replace(/\s+/g, " ")).toContain(
      `prompts:/${path}/2, version 1 → 2, 1,058 calls, 1,100 tokens`,
    );
  });

  test("in 72 columns without Prompt only; in 125 with full numbers and names", () => {
    expect(summary(four, 72).split("\n")[0]).toBe(
      "Optimization  Version Base → new Gain             Calls  Cost Status",
    );
    expect(summary(four, 125).split("\n")[2]).toBe(
      `by_gepa *      ${path}  1 → 2    0.311 → 0.744  +0.433 [0.294, 0.548]   1,058  $0.08  improved`,
    );
  });

  test("are cards under 50 columns", () => {
    expect(summary(four.slice(0, 2), 40).split("\n").slice(0, 10)).toEqual(
      [
        "✓ by_gepa                    improved",
        "  0.311 → 0.744",
        "  gain +0.433 [0.294, 0.548]",
        "  version 1 → 2",
        "  1,058 calls, $0.08",
        "",
        "– by_few_shot                no proof",
        "  0.311 → 0.311",
        "  gain +0.000 [−0.026, 0.026]",
        "  version 1",
      ].map((line, at) => (at === 0 ? "✓ by_gepa (best)             improved" : line)),
    );
  });

  test("skipped and failed ones are one short row", () => {
    const short = [
      ...four.slice(0, 1),
      optimizationRecord({ name: "later", status: "skipped", over: { reason: "not begun: quota used up" } }),
      optimization("broken", null, [0, 0, 0, 0], [1, 0], {
        status: "failed",
        error: { code: "model_auth", message: `offline/small returned 401: ${"x".repeat(90)}`, hint: null },
      }),
    ];
    const lines = summary(short, 80).split("\n");
    expect(lines.slice(3, 5)).toEqual([
      "later        main/p     skipped: not begun: quota used up",
      "broken       senti…fier failed: offline/small returned 401: xxxxxxxxxxxxxxxxxx…",
    ]);
  });

  test("-v has every figure as a column where it fits; what is a column is not repeated below", () => {
    const wide = summary(four, 250, true).split("\n");
    expect(wide[0]?.split(/ {2,}/)).toEqual([
      ...["Optimization", "Prompt", "Version", "URI", "Base → new", "Gain", "Parity", "Calls", "Tokens"],
      ...["Cost", "Time", "Failed", "Status"],
    ]);
    expect(wide.filter((line) => line.includes("tokens"))).toHaveLength(1);
    expect(tableOf(summary(four, 80, true))).toBe(tableOf(summary(four, 80)));
  });

  test.each([false, true])(
    "no line but commands is wider than the terminal, at any width (-v %s)",
    (isVerbose) => {
      const other = optimization(
        "another_optimization_with_a_long_name_漢字",
        11,
        [1, 1, -1, -0.5],
        [1234567, 1234.5],
        {
          status: "regressed",
          advice: ["collect more diverse rows, including hard cases"],
          isOffline: true,
        },
      );
      const skipped = optimizationRecord({ name: "s", status: "skipped" });
      for (const optimizations of [[one], four, [...four, other, skipped]]) {
        for (let columns = 2; columns <= 300; columns++) {
          const lines = summary(optimizations, columns, isVerbose)
            .split("\n")
            .filter((line) => !/^ *dao-opt /.test(line));
          const widest = Math.max(...lines.map((line) => stringWidth(line)));
          expect([columns, widest <= Math.max(2, columns - 1), widest]).toEqual([columns, true, widest]);
        }
      }
    },
  );

  test("consoles without UTF-8 get ASCII", () => {
    const record = runRecord(four);
    for (const columns of [40, 80]) {
      const text = renderSummary(
        record,
        { ...look(columns), isAscii: true },
        { isVerbose: false, next: nextCommands(record, flags) },
      );
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });
});
