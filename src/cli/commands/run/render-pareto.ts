import type { ParetoEntry } from "../../../contracts/pareto-table.ts";
import type { OptimizationRecord } from "../../../contracts/run-record.ts";
import type { Look } from "../../context.ts";
import { formatPrice, formatScore, formatTokens } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { weighsPrice } from "./output.ts";

const columns = [
  { title: "  Candidate" },
  { title: "Score", align: "right" },
  { title: "Estimate", align: "right" },
  { title: "Prompt", align: "right" },
  { title: "Output", align: "right" },
  { title: "$/1,000", align: "right" },
] as const;
/** Renders quality against price, if both decided the choice. Tokens and dollars are per call. */
export function renderPareto({ name, plan, pareto }: OptimizationRecord, look: Look): readonly string[] {
  if (pareto === undefined || !weighsPrice(plan)) return [];
  const what = `quality against price of ${name}, on the validation rows; tokens and dollars per call:`;
  return [
    wrapText(what, look.columns),
    renderTable(columns, pareto.entries.map(cells), look).trimEnd(),
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
