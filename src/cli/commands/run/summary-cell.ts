import type { OptimizationRecord, OptimizationStatus } from "../../../contracts/run-record.ts";
import {
  countOf,
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
  withoutZero,
} from "../../terminal/format.ts";

export type SummaryColumn =
  | ("optimization" | "prompt" | "version" | "uri" | "scores" | "gain" | "parity" | "calls" | "tokens")
  | ("cost" | "time" | "failed" | "status");

export const bestMark = " *";

/** Verdict labels for tables. */
export const statusWords: Readonly<Record<OptimizationStatus, string>> = {
  improved: "improved",
  no_proven_improvement: "no proven improvement",
  regressed: "regressed",
  failed: "failed",
  skipped: "skipped",
};

/** How cells are written. */
export interface SummaryForm {
  /** Full numbers: three decimals. */
  readonly isWide: boolean;
  readonly hasLongStatus: boolean;
}

/** The cell of a column; an optimization with the best gain is marked. */
export function summaryCell(
  key: SummaryColumn,
  record: OptimizationRecord,
  best: ReadonlySet<string>,
  form: SummaryForm,
): string {
  const { total } = record.usage;
  const { test, source } = record.scores;
  switch (key) {
    case "optimization":
      return `${record.name}${best.has(record.name) ? bestMark : ""}`;
    case "prompt":
      return promptCell(record);
    case "version":
      return versionCell(record);
    case "uri":
      return record.prompts.length === 1 ? (uriOf(record, 0) ?? unknown) : unknown;
    case "scores":
      return scoresCell(record, form.isWide);
    case "gain":
      return gainCell(record, form.isWide);
    case "parity":
      return source === undefined
        ? unknown
        : `${formatPercent(source.parity)} ${formatPercentInterval(source.interval)}`;
    case "calls":
      return formatCount(total.calls);
    case "tokens":
      return marked(formatCount(total.inputTokens + total.outputTokens), total.isEstimated);
    case "cost":
      return marked(formatUsd(total.usd), total.isEstimated);
    case "time":
      return formatSeconds(record.seconds);
    case "failed":
      return test?.failed === undefined ? unknown : formatCount(test.failed.base + test.failed.optimized);
    case "status":
      return form.hasLongStatus || record.status !== "no_proven_improvement"
        ? statusWords[record.status]
        : "no proof";
  }
}

function promptCell({ prompts }: OptimizationRecord): string {
  const [first] = prompts;
  return prompts.length === 1 ? (first?.path ?? "") : countOf(prompts.length, "prompt");
}

/** `1 → 2`; the base alone if nothing was registered. With several prompts: if it is the same for all. */
export function versionCell({ prompts }: OptimizationRecord): string {
  const moves = new Set(
    prompts.map(({ base: { version: base }, optimized }) => {
      const now = optimized?.version;
      if (now !== undefined && now !== base) return `${base ?? unknown} → ${now}`;
      return base === null ? unknown : String(base);
    }),
  );
  const [only = unknown] = moves;
  return moves.size === 1 ? only : "see below";
}

export function uriOf({ prompts }: OptimizationRecord, at: number): string | undefined {
  const prompt = prompts[at];
  return prompt?.optimized?.uri ?? prompt?.base.uri ?? undefined;
}

function scoresCell({ scores: { test, validation } }: OptimizationRecord, isWide: boolean): string {
  const shown = test ?? validation;
  if (shown === undefined) return unknown;
  const format = (value: number) => (isWide ? formatScore(value) : withoutZero(value.toFixed(2)));
  return `${format(shown.base)} → ${format(shown.optimized)}`;
}

function gainCell({ scores, isUnsplit }: OptimizationRecord, isWide: boolean): string {
  const { test, validation } = scores;
  if (test === undefined) return isUnsplit && validation !== undefined ? "on rows seen" : unknown;
  const digits = isWide ? 3 : 2;
  const text = `${formatGain(test.difference, digits)} ${formatInterval(test.interval, digits)}`;
  return isWide ? text : withoutZero(text);
}

/** What stands in place of the figures if there are none. */
export function missingFigures({ status, reason, error }: OptimizationRecord): string | undefined {
  if (status === "skipped") return `skipped: ${(reason ?? "").replace(/^skipped: /, "")}`;
  return status === "failed" ? `failed: ${error?.message ?? reason ?? ""}` : undefined;
}
