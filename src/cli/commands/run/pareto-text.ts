import stringWidth from "fast-string-width";
import type { OptimizationRecord, ParetoEntry } from "../../../contracts/run-record.ts";
import type { Look } from "../../context.ts";
import { formatPrice, formatScore, formatTokens } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { weighsPrice } from "../../weighs-price.ts";

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
 * Quality against price, where the choice looked at both: a blank-separated table of 60 columns at most, and
 * on narrower terminals a block for each candidate. Tokens and dollars are of a call.
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
      `quality against price of ${name}, on the validation rows; tokens and dollars of a call:`,
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
