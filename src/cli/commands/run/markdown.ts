import type { RunRecord } from "../../../contracts/run-record.ts";
import { countLine, summaryRows } from "./text.ts";

/** The summary as Markdown, for a GitHub step summary. */
export function renderMarkdown(record: RunRecord): string {
  const { columns, rows } = summaryRows(record);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  const reasons = record.optimizations.map(
    ({ name, reason }) => `- **${escapeCell(name)}**: ${escapeCell(reason ?? "")}`,
  );
  const offline = record.optimizations.some(({ isOffline }) => isOffline)
    ? ["", "_Offline models answered: these figures say nothing about a real model._"]
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
