import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";
import {
  formatCount,
  formatGain,
  formatInterval,
  formatPercent,
  formatPercentInterval,
  formatScore,
  formatSeconds,
  formatUsd,
  marked,
  unknown,
} from "../../terminal/format.ts";
import { countLine } from "./render-summary.ts";
import { statusWords } from "./summary-cell.ts";

interface MarkdownColumn {
  readonly title: string;
  readonly align?: "right";
}

/** Renders the summary for a GitHub step summary. */
export function renderMarkdown(record: RunRecord): string {
  const { columns, rows } = summaryRows(record);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  const reasons = record.optimizations.map(
    ({ name, reason }) => `- **${escapeCell(name)}**: ${escapeCell(reason ?? "")}`,
  );
  const offline = record.optimizations.some(({ isOffline }) => isOffline)
    ? ["", "_Offline models answered: the figures do not apply to real models._"]
    : [];
  return [
    "### dao-opt",
    "",
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map(line),
    "",
    ...reasons,
    ...offline,
    "",
    `${countLine(record)} · run \`${record.run}\``,
    "",
  ].join("\n");
}

function escapeCell(text: string): string {
  return text.replace(/[\\|<>&`*_[\]]/g, (mark) => `\\${mark}`).replace(/\s*\n\s*/g, " ");
}

/** Columns and one row per optimization, with every figure. */
function summaryRows(record: RunRecord): { columns: MarkdownColumn[]; rows: string[][] } {
  const hasParity = record.optimizations.some(({ scores }) => scores.source !== undefined);
  const confidence = record.optimizations[0]?.plan.gate.confidence ?? 0.95;
  const columns: MarkdownColumn[] = [
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
    versionOf(record, at),
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

function versionOf(record: OptimizationRecord, at: number): string {
  const prompt = record.prompts[at];
  const base = prompt?.base.version;
  const optimized = prompt?.optimized?.version;
  if (optimized !== undefined && optimized !== base) return `${base ?? unknown} → ${optimized}`;
  return base === null || base === undefined ? unknown : String(base);
}
