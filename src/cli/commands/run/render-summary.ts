import { Chalk } from "chalk";
import type { OptimizationRecord, OptimizationStatus, RunRecord } from "../../../contracts/run-record.ts";
import { describeFailures } from "../../../report/describe-failures.ts";
import type { Look } from "../../context.ts";
import { withConsoleSigns } from "../../terminal/console-signs.ts";
import { countOf, formatCount, formatSeconds, formatUsd, marked } from "../../terminal/format.ts";
import type { NextCommand } from "../../terminal/next-commands.ts";
import { offlineNote } from "../../terminal/notices.ts";
import { tableColumns } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { describeVerdict, factsBelow } from "./describe-verdict.ts";
import { renderPareto } from "./render-pareto.ts";
import { statusSign } from "./status-sign.ts";
import { renderSummaryTable } from "./summary-table.ts";

/** Renders the result of `run`: table, a few lines per optimization, next commands, totals. */
export function renderSummary(
  record: RunRecord,
  look: Look,
  { isVerbose, next }: { readonly isVerbose: boolean; readonly next: readonly NextCommand[] },
): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const { optimizations } = record;
  // Piped text is not wrapped; a terminal keeps its last column free.
  const width = Number.isFinite(look.columns) ? Math.max(1, tableColumns(look) - 1) : look.columns;
  const wrap = (line: string) => unglued(wrapText(glued(withConsoleSigns(line, look)), width));
  const { text, shown } = renderSummaryTable(record, look, isVerbose);
  const said = new Set<string>();
  const isNew = (line: string) => !said.has(line) && said.add(line);
  const factsOf = (one: OptimizationRecord) => factsBelow(one, shown).map((line) => color.dim(`  ${line}`));
  const lines = optimizations.flatMap((one) => [
    `${statusSign(one.status, color)} ${one.name}: ${describeVerdict(one)}`,
    // An error is followed by its fix.
    ...(one.status === "failed" ? [] : factsOf(one)),
    ...(one.error?.hint ? [`  → ${one.error.hint}`] : []),
    ...describeFailures(one).map((line) => `  ! ${line}`),
    ...one.advice.filter(isNew).map((line) => `  · ${line}`),
    ...(one.status === "failed" ? factsOf(one) : []),
  ]);
  const commands = next.flatMap(({ note, command }) => [
    ...(note === undefined ? [] : [wrap(`  ${note}:`)]),
    // Commands are never wrapped: they are copied.
    `${width < 20 ? "" : "    "}${color.cyan(command)}`,
  ]);
  const ends = [
    ...(optimizations.length > 1 ? [totals(record)] : []),
    ...(optimizations.some(({ isOffline }) => isOffline) ? [color.yellow(offlineNote)] : []),
    countLine(record),
  ];
  return [
    text,
    ...optimizations.flatMap((one) => renderPareto(one, look)),
    ...lines.map(wrap),
    ...(optimizations.length > 1 && commands.length > 0 ? [""] : []),
    ...commands,
    "",
    ...ends.map(wrap),
    "",
  ].join("\n");
}

/** Keeps the two ends of an interval on one line. */
function glued(text: string): string {
  return text.replace(/\[[−-]?[\d.]+, [−-]?[\d.]+\]/g, (interval) => interval.replace(" ", "\u00a0"));
}

function unglued(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

/** `2,771 calls, 301,118 tokens, $0.26 of $1.00, 1 m 16 s`, over all optimizations. */
function totals({ optimizations, seconds }: RunRecord): string {
  const spends = optimizations.map(({ usage }) => usage.total);
  const sum = (count: (spend: (typeof spends)[number]) => number) =>
    spends.reduce((total, spend) => total + count(spend), 0);
  const isEstimated = spends.some((spend) => spend.isEstimated);
  const tokens = marked(formatCount(sum((spend) => spend.inputTokens + spend.outputTokens)), isEstimated);
  const isPriced = spends.every(({ usd }) => usd !== null);
  const cap = usdCap(optimizations);
  const cost = `${marked(formatUsd(sum(({ usd }) => usd ?? 0)), isEstimated)}${cap === undefined ? "" : ` of ${formatUsd(cap)}`}`;
  return [
    countOf(
      sum(({ calls }) => calls),
      "call",
    ),
    `${tokens} tokens`,
    ...(isPriced ? [cost] : []),
    formatSeconds(seconds),
  ].join(", ");
}

/** Undefined if an optimization has no budget in USD. */
function usdCap(optimizations: readonly OptimizationRecord[]): number | undefined {
  const caps = optimizations.map(({ plan }) => plan.budget.usd);
  return caps.reduce<number | undefined>(
    (sum, cap) => (sum === undefined || cap === undefined ? undefined : sum + cap),
    0,
  );
}

/** `1 improved, 0 unchanged, 0 failed` */
export function countLine({ optimizations }: Pick<RunRecord, "optimizations">): string {
  const count = (...wanted: OptimizationStatus[]) =>
    optimizations.filter(({ status }) => wanted.includes(status)).length;
  const skipped = count("skipped");
  const line = `${count("improved")} improved, ${count("no_proven_improvement", "regressed")} unchanged, ${count("failed")} failed`;
  return skipped === 0 ? line : `${line}, ${countOf(skipped, "skipped", "skipped")}`;
}
