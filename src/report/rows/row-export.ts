import type { RowAnswer } from "../../contracts/row-result.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { type Html, html, jsonBlock } from "../html.ts";
import { sortedRows } from "./row-changes.ts";

/** The rows as data for the page's script: what is exported, whole as the record has it. */
export function rowExport(record: OptimizationRecord, prefix: string): Html | null {
  if (record.rows.length === 0) return null;
  const rows = sortedRows(record.rows).map(({ number, row, change }) => ({
    row: number,
    example: row.example,
    change,
    inputs: row.inputs,
    expected: row.expected,
    base: answerOf(row.base),
    optimized: answerOf(row.optimized),
    ...(row.source === undefined ? {} : { source: answerOf(row.source) }),
  }));
  return html`${jsonBlock(`${prefix}data`, { optimization: record.name, rows })}
`;
}

function answerOf({ output, score, feedback, error, missing, parts }: RowAnswer): JsonObject {
  return {
    output,
    score,
    feedback,
    error,
    ...(missing === undefined ? {} : { missing }),
    ...(parts === undefined ? {} : { parts: { ...parts } }),
  };
}
