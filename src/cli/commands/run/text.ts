import { Chalk } from "chalk";
import stringWidth from "fast-string-width";
import type { ParetoEntry } from "../../../contracts/pareto-table.ts";
import type { OptimizationRecord, OptimizationStatus, RunRecord } from "../../../contracts/run-record.ts";
import { describeFailures } from "../../../report/describe-failures.ts";
import type { Look } from "../../context.ts";
import {
  countOf,
  formatCount,
  formatGain,
  formatInterval,
  formatPercent,
  formatPercentInterval,
  formatPrice,
  formatScore,
  formatSeconds,
  formatTokens,
  formatUsd,
  marked,
  unknown,
} from "../../terminal/format.ts";
import type { NextCommand } from "../../terminal/next-commands.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import { wrapCommand, wrapText } from "../../terminal/wrap.ts";
import { weighsPrice } from "./output.ts";

const columns = [
  { title: "  candidate" },
  { title: "score", align: "right" },
  { title: "estimate", align: "right" },
  { title: "prompt", align: "right" },
  { title: "output", align: "right" },
  { title: "$/1,000", align: "right" },
] as const;
const gap = "  ";

/**
 * Renders quality against price, if both decided the choice: a table of at most 60 columns, or one block per
 * candidate on narrower terminals. Tokens and dollars are per call.
 */
export function renderPareto({ name, plan, pareto }: OptimizationRecord, look: Look): readonly string[] {
  if (pareto === undefined || !weighsPrice(plan)) return [];
  const rows = pareto.entries.map(cells);
  const widths = columns.map(({ title }, at) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[at] ?? ""))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(gap)
      .trimEnd();
  const table = [columns.map(({ title }) => title), ...rows].map(line);
  const fits = table.every((text) => stringWidth(text) <= look.columns);
  return [
    wrapText(
      `quality against price of ${name}, on the validation rows; tokens and dollars per call:`,
      look.columns,
    ),
    fits ? table.join("\n") : renderTable(columns, rows, { ...look, hasColor: false }).trimEnd(),
    wrapText(`* chosen: ${pareto.reason}`, look.columns),
    "",
  ];
}

function cells(entry: ParetoEntry): string[] {
  return [
    `${entry.isChosen ? "*" : " "} ${entry.isBase ? "base" : entry.candidate}`,
    formatScore(entry.measured),
    formatScore(entry.validation),
    formatTokens(entry.promptTokens),
    formatTokens(entry.outputTokens),
    formatPrice(entry.usdPerThousandCalls),
  ];
}

/** Verdict labels for tables. */
export const statusWords: Readonly<Record<OptimizationStatus, string>> = {
  improved: "improved",
  no_proven_improvement: "no proven improvement",
  regressed: "regressed",
  failed: "failed",
  skipped: "skipped",
};

/** Columns and one row per optimization, for terminal and Markdown. */
export function summaryRows(record: RunRecord): { columns: Column[]; rows: string[][] } {
  const hasParity = record.optimizations.some(({ scores }) => scores.source !== undefined);
  const confidence = record.optimizations[0]?.plan.gate.confidence ?? 0.95;
  const columns: Column[] = [
    { title: "Optimization" },
    { title: "Prompt" },
    { title: "Version" },
    { title: "URI" },
    { title: "Base", align: "right" },
    { title: "Optimized", align: "right" },
    { title: `Gain (${Math.round(confidence * 100)} % CI)` },
    ...(hasParity ? [{ title: "Parity with source" }] : []),
    { title: "Calls", align: "right" },
    { title: "Tokens", align: "right" },
    { title: "Cost", align: "right" },
    { title: "Time", align: "right" },
    { title: "Status" },
  ];
  const rows = record.optimizations.flatMap((optimization) =>
    optimization.prompts.map((_, at) => summaryRow(optimization, at, hasParity)),
  );
  return { columns, rows };
}

function summaryRow(record: OptimizationRecord, at: number, hasParity: boolean): string[] {
  const prompt = record.prompts[at];
  const { test, source, validation } = record.scores;
  const shown = test ?? validation;
  const { total } = record.usage;
  return [
    record.name,
    prompt?.path ?? "",
    versionMove(record, at),
    prompt?.optimized?.uri ?? prompt?.base.uri ?? unknown,
    formatScore(shown?.base),
    formatScore(shown?.optimized),
    test === undefined
      ? record.isUnsplit && validation !== undefined
        ? "on rows seen"
        : unknown
      : `${formatGain(test.difference)} ${formatInterval(test.interval)}`,
    ...(hasParity
      ? [
          source === undefined
            ? unknown
            : `${formatPercent(source.parity)} ${formatPercentInterval(source.interval)}${sourceVersion(source.promptVersion)}`,
        ]
      : []),
    formatCount(total.calls),
    marked(formatCount(total.inputTokens + total.outputTokens), total.isEstimated),
    marked(formatUsd(total.usd), total.isEstimated),
    formatSeconds(record.seconds),
    `${statusWords[record.status]}${record.isOffline ? " (offline)" : ""}`,
  ];
}

/** The prompt that the source model used; absent in records of version 0.1.0. */
function sourceVersion(version: number | null | undefined): string {
  if (version === undefined) return "";
  return version === null ? " (config template)" : ` (version ${version})`;
}

function versionMove(record: OptimizationRecord, at: number): string {
  const prompt = record.prompts[at];
  const base = prompt?.base.version;
  const optimized = prompt?.optimized?.version;
  if (optimized !== undefined && optimized !== base) return `${base ?? unknown} → ${optimized}`;
  return base === null || base === undefined ? unknown : String(base);
}

/** Renders the result of `run`: table, next commands, counts. */
export function renderSummary(
  record: RunRecord,
  look: Look,
  next: (record: OptimizationRecord) => readonly NextCommand[],
): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const { columns, rows } = summaryRows(record);
  const wrap = (line: string) => wrapText(line, look.columns);
  const notes = record.optimizations.flatMap((optimization) => [
    wrap(
      `${mark(optimization.status, color)} ${optimization.name}: ${optimization.reason ?? statusWords[optimization.status]}`,
    ),
    ...(optimization.error?.hint ? [wrap(`  → ${optimization.error.hint}`)] : []),
    ...describeFailures(optimization).map((line) => wrap(`  ! ${line}`)),
    ...optimization.advice.map((line) => wrap(`  · ${line}`)),
    ...next(optimization).map(({ command, note }) => nextLine(command, note, look, color)),
  ]);
  const offline = record.optimizations.some(({ isOffline }) => isOffline)
    ? [wrap(color.dim("offline: rule-based models answered; the figures do not apply to real models"))]
    : [];
  const prices = record.optimizations.flatMap((optimization) => renderPareto(optimization, look));
  return `${[renderTable(columns, rows, look), ...prices, ...notes, ...offline, countLine(record)].join("\n")}\n`;
}

/**
 * Puts the note above the command so that the command can be copied. zsh does not treat `#` in interactive
 * input as a comment.
 */
function nextLine(
  command: string,
  note: string | undefined,
  { columns }: Look,
  color: InstanceType<typeof Chalk>,
): string {
  const margin = "  ";
  const above = note === undefined ? [] : [wrapText(`${margin}${note}:`, columns)];
  const wrapped = wrapCommand(command, columns - margin.length).split("\n");
  return [...above, ...wrapped.map((line) => `${margin}${color.cyan(line)}`)].join("\n");
}

function mark(status: OptimizationStatus, color: InstanceType<typeof Chalk>): string {
  if (status === "improved") return color.green("✓");
  return status === "failed" || status === "regressed" ? color.red("✗") : color.yellow("–");
}

/** `1 improved, 0 unchanged, 0 failed` */
export function countLine({ optimizations }: RunRecord): string {
  const count = (...wanted: OptimizationStatus[]) =>
    optimizations.filter(({ status }) => wanted.includes(status)).length;
  const skipped = count("skipped");
  const line = `${count("improved")} improved, ${count("no_proven_improvement", "regressed")} unchanged, ${count("failed")} failed`;
  return skipped === 0 ? line : `${line}, ${countOf(skipped, "skipped", "skipped")}`;
}
