import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../../../src/cli/commands/run/command.ts";
import { renderSummary, summaryRows } from "../../../../src/cli/commands/run/text.ts";
import { nextCommands, resumeCommand } from "../../../../src/cli/terminal/next-commands.ts";
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
const none = () => [];

describe("summary", () => {
  test("has a column for each figure; parity when there is a source model", () => {
    const one = optimizationRecord({
      over: { prompts: [registered], usage: { ...optimizationRecord().usage, total: spend } },
    });
    const { columns, rows } = summaryRows(runRecord([one]));
    expect(columns.map(({ title }) => title)).toEqual([
      "Optimization",
      "Prompt",
      "Version",
      "URI",
      "Base",
      "Optimized",
      "Gain (95 % CI)",
      "Calls",
      "Tokens",
      "Cost",
      "Time",
      "Status",
    ]);
    expect(rows).toEqual([
      [
        "x",
        "main/p",
        "1 → 2",
        "prompts:/main/p/2",
        "0.500",
        "0.900",
        "+0.400 [0.200, 0.600]",
        "1,234",
        "6,000",
        "$0.0012",
        "12.3 s",
        "improved",
      ],
    ]);
    const withSource = optimizationRecord({ over: { scores: { ...one.scores, source } } });
    const shown = summaryRows(runRecord([withSource, one]));
    expect(shown.columns[7]?.title).toBe("Parity with source");
    expect(shown.rows.map((row) => row[7])).toEqual(["94.6 % [90.0, 99.0]", "–"]);
  });

  test("unknown values are a dash, and figures measured on training rows are marked", () => {
    const skipped = optimizationRecord({
      status: "skipped",
      over: { scores: {}, usage: { ...optimizationRecord().usage, total: noSpend } },
    });
    const [[, , ...row] = []] = summaryRows(runRecord([skipped])).rows;
    expect(row).toEqual(["–", "–", "–", "–", "–", "0", "0", "$0", "12.3 s", "skipped"]);
    const { test: _, ...scores } = optimizationRecord().scores;
    const unsplit = optimizationRecord({
      status: "no_proven_improvement",
      over: { isUnsplit: true, isOffline: true, scores },
    });
    const [cells = []] = summaryRows(runRecord([unsplit])).rows;
    expect(cells.slice(4, 7)).toEqual(["0.500", "0.900", "on rows seen"]);
    expect(cells.at(-1)).toBe("no proven improvement (offline)");
  });

  test("below the table: verdicts with reason, fix and advice, then the count", () => {
    const record = runRecord([
      optimizationRecord({ name: "a" }),
      optimizationRecord({ name: "b", status: "no_proven_improvement", over: { advice: ["collect rows"] } }),
      optimizationRecord({
        name: "c",
        status: "failed",
        over: { error: { code: "x", message: "y", hint: "mend it" } },
      }),
      optimizationRecord({ name: "d", status: "skipped" }),
      optimizationRecord({ name: "e", status: "regressed", over: { isOffline: true } }),
    ]);
    expect(renderSummary(record, look, none).split("\n").slice(-12)).toEqual([
      "",
      "✓ a: the reason",
      "– b: the reason",
      "  · collect rows",
      "✗ c: the reason",
      "  → mend it",
      "  ! error code x",
      "– d: the reason",
      "✗ e: the reason",
      "offline: rule-based models answered; the figures do not apply to real models",
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
  test("are diff, deploy and report; a new version is not used until it is deployed", () => {
    const lines = nextCommands(optimizationRecord({ over: { prompts: [registered] } }), "r_1", {
      registryFlag: " --registry r",
      stateFlag: " --state s",
    });
    expect(lines).toEqual([
      { command: "dao-opt registry diff main/p/1 main/p/2 --registry r" },
      {
        command: "dao-opt registry deploy main/p/2 --environment production --registry r",
        note: "version 2 is not used by `call` until it is deployed",
      },
      { command: "dao-opt report r_1 --state s" },
    ]);
  });

  test("omit deploy if nothing was registered, and are empty if nothing was started", () => {
    expect(nextCommands(optimizationRecord(), "r_1", flags)).toEqual([{ command: "dao-opt report r_1" }]);
    expect(nextCommands(optimizationRecord({ status: "skipped" }), "r_1", flags)).toEqual([]);
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
