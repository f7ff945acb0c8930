import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../../../src/cli/commands/run/render-markdown.ts";
import { renderSummary } from "../../../../src/cli/commands/run/render-summary.ts";
import { nextCommands, resumeCommand } from "../../../../src/cli/terminal/next-commands.ts";
import type { TestScores } from "../../../../src/contracts/run-record.ts";
import { noSpend } from "../../../../src/core/usage.ts";
import { optimizationRecord, runRecord } from "../../../support/run-records.ts";

const look = { hasColor: false, hasSpinner: false, columns: Number.POSITIVE_INFINITY };
const registered = {
  key: "p",
  path: "main/p",
  base: { version: 1, uri: "prompts:/main/p/1", template: "a" },
  optimized: { version: 2, uri: "prompts:/main/p/2", template: "b" },
  best: { template: "b", validation: 1 },
};
const source = {
  score: 0.93,
  parity: 0.946,
  interval: [0.9, 0.99],
  rows: 5,
  usd: 1,
  targetUsd: 1,
  latencyMs: 1,
  targetLatencyMs: 1,
} as const;
const spend = {
  calls: 1234,
  cachedCalls: 3,
  lostCalls: 0,
  retries: 0,
  isEstimated: false,
  inputTokens: 5000,
  outputTokens: 1000,
  usd: 0.0012,
};
const flags = { registryFlag: "", stateFlag: "" };
const plain = { isVerbose: false, next: [] };
/** The cells of a Markdown row. */
const cellsOf = (line = "") => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, ""));

describe("summary", () => {
  test("as Markdown it has a column for each figure; parity when there is a source model", () => {
    const one = optimizationRecord({
      over: { prompts: [registered], usage: { ...optimizationRecord().usage, total: spend } },
    });
    const lines = renderMarkdown(runRecord([one])).split("\n");
    expect(cellsOf(lines[2])).toEqual([
      ...["Optimization", "Prompt", "Version", "URI", "Base", "Optimized", "Gain (95 % CI)"],
      ...["Calls", "Tokens", "Cost", "Time", "Status"],
    ]);
    expect(cellsOf(lines[4])).toEqual([
      ...["x", "main/p", "1 → 2", "prompts:/main/p/2", "0.500", "0.900", "+0.400 \\[0.200, 0.600\\]"],
      ...["1,234", "6,000", "$0.0012", "12.3 s", "improved"],
    ]);
    const withSource = optimizationRecord({ over: { scores: { ...one.scores, source } } });
    const shown = renderMarkdown(runRecord([withSource, one])).split("\n");
    expect(shown.slice(2, 6).map((line) => cellsOf(line)[7])).toEqual([
      ...["Parity with source", "---", "94.6 % \\[90.0, 99.0\\]", "–"],
    ]);
  });

  test("as Markdown unknown values are a dash, and figures measured on training rows are marked", () => {
    const skipped = optimizationRecord({
      status: "skipped",
      over: { scores: {}, usage: { ...optimizationRecord().usage, total: noSpend } },
    });
    const row = cellsOf(renderMarkdown(runRecord([skipped])).split("\n")[4]);
    expect(row.slice(2)).toEqual(["–", "–", "–", "–", "–", "0", "0", "$0", "12.3 s", "skipped"]);
    const { test: _, ...scores } = optimizationRecord().scores;
    const unsplit = optimizationRecord({
      status: "no_proven_improvement",
      over: { isUnsplit: true, isOffline: true, scores },
    });
    const cells = cellsOf(renderMarkdown(runRecord([unsplit])).split("\n")[4]);
    expect(cells.slice(4, 7)).toEqual(["0.500", "0.900", "on rows seen"]);
    expect(cells.at(-1)).toBe("no proven improvement (offline)");
  });

  test("below the table: verdicts with figures, reason, fix and advice, then the count", () => {
    const record = runRecord([
      optimizationRecord({ name: "a" }),
      optimizationRecord({ name: "b", status: "no_proven_improvement", over: { advice: ["collect rows"] } }),
      optimizationRecord({
        name: "c",
        status: "failed",
        over: { error: { code: "x", message: "y", hint: "mend it" }, advice: ["collect rows"] },
      }),
      optimizationRecord({ name: "d", status: "skipped" }),
      optimizationRecord({ name: "e", status: "regressed", over: { isOffline: true } }),
    ]);
    const lines = renderSummary(record, look, plain).split("\n");
    expect(lines.slice(lines.indexOf("") + 1)).toEqual([
      "✓ a: the new prompt is better, +0.400 [0.200, 0.600] on 50 held-out rows",
      "  main/p, 1,100 tokens, 12.3 s",
      "– b: no proven improvement: the reason",
      "  main/p, 1,100 tokens, 12.3 s",
      "  · collect rows",
      "✕ c: y",
      "  → mend it",
      "  ! error code x",
      "  main/p, 10 calls, 1,100 tokens, 12.3 s",
      "– d: the reason",
      "✕ e: regressed: the reason",
      "  main/p, 1,100 tokens, 12.3 s",
      "",
      "50 calls, 5,500 tokens, 12.3 s",
      "Offline models answered: these figures say nothing about a real model.",
      "1 improved, 2 unchanged, 1 failed, 1 skipped",
      "",
    ]);
  });

  test("as Markdown, texts are escaped within their cell", () => {
    const record = runRecord([
      optimizationRecord({
        name: "a|b <script>",
        over: { reason: "line\nbreak *bold* `code`", isOffline: true },
      }),
    ]);
    const lines = renderMarkdown(record).split("\n");
    expect(lines[4]).toMatch(/^\| a\\\|b \\<script\\> \| main\/p \|/);
    expect(lines[6]).toBe("- **a\\|b \\<script\\>**: line break \\*bold\\* \\`code\\`");
    expect(lines).toContain("_Offline models answered: the figures do not apply to real models._");
  });
});

describe("next commands", () => {
  const deploy = "dao-opt registry deploy main/p/2 --environment production";

  test("are diff, deploy and report; a new version is not used until it is deployed", () => {
    const record = runRecord([optimizationRecord({ over: { prompts: [registered] } })]);
    expect(nextCommands(record, { registryFlag: " --registry r", stateFlag: " --state s" })).toEqual([
      { note: "Read the change", command: "dao-opt registry diff main/p/1 main/p/2 --registry r" },
      {
        note: "Use version 2 (`call` does not until it is deployed)",
        command: `${deploy} --registry r`,
      },
      { note: "Open the report", command: "dao-opt report r_1 --open --state s" },
    ]);
  });

  test("omit deploy if nothing was registered, and are empty if nothing was started", () => {
    expect(nextCommands(runRecord([optimizationRecord()]), flags)).toEqual([
      { note: "Open the report", command: "dao-opt report r_1 --open" },
    ]);
    expect(nextCommands(runRecord([optimizationRecord({ status: "skipped" })]), flags)).toEqual([]);
  });

  test("of several optimizations: use the best of each prompt, compare all", () => {
    const version = (number: number) => ({ ...registered.optimized, version: number, uri: `u/${number}` });
    const better = { ...(optimizationRecord().scores.test as TestScores), difference: 0.5 };
    const optimizations = [
      optimizationRecord({ name: "a", over: { prompts: [{ ...registered, optimized: version(3) }] } }),
      optimizationRecord({ name: "b", over: { prompts: [registered], scores: { test: better } } }),
      optimizationRecord({ name: "c", status: "no_proven_improvement", over: { prompts: [registered] } }),
    ];
    expect(nextCommands(runRecord(optimizations), flags)).toEqual([
      { note: "Use the best, version 2 (`call` does not until it is deployed)", command: deploy },
      { note: "Compare all", command: "dao-opt report r_1 --open" },
    ]);
  });

  test("of a version without a proven improvement need a note; a deployed one needs no command", () => {
    const anyway = optimizationRecord({ status: "no_proven_improvement", over: { prompts: [registered] } });
    expect(nextCommands(runRecord([anyway]), flags)[1]?.command).toBe(`${deploy} --force --note "why"`);
    const deployed = (to: string) =>
      nextCommands(
        runRecord([optimizationRecord({ over: { prompts: [registered], deployedTo: to } })]),
        flags,
      ).map(({ note }) => note);
    expect(deployed("production")).toEqual(["Read the change", "Open the report"]);
    expect(deployed("staging")[1]).toBe("Use version 2 in production too (it is deployed to staging)");
  });
});

test("the resume command has every flag of the plan, or the folder of the run", () => {
  expect(resumeCommand("my config.yaml", "r_1", { concurrency: 3, quiet: true, maxCalls: 7 })).toBe(
    "dao-opt run 'my config.yaml' --resume r_1",
  );
  expect(
    resumeCommand("c.yaml", "r_1", {
      only: ["a", "b c"],
      seed: 7,
      set: ["x.y=[1, 2]"],
      envFile: ".env.ci",
      registry: "r",
      state: "s",
    }),
  ).toBe(
    "dao-opt run c.yaml --resume r_1 --only a 'b c' --seed 7 --set 'x.y=[1, 2]' --env-file .env.ci --registry r --state s",
  );
});
