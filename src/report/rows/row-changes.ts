import type { RowResult } from "../../contracts/row-result.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";

/** What the new prompt did to a row: its score against that of the base. */
export type RowChange = "failed" | "worse" | "wrong" | "better" | "right";

/** In the order of the page: what needs attention first. */
export const rowChanges: readonly RowChange[] = ["failed", "worse", "wrong", "better", "right"];

/** `failed`: a side has no score. Equal scores are `right` if full and `wrong` if not. */
function rowChange({ base, optimized }: RowResult): RowChange {
  if (base.score === null || optimized.score === null) return "failed";
  if (optimized.score < base.score) return "worse";
  if (optimized.score > base.score) return "better";
  return optimized.score >= 1 ? "right" : "wrong";
}

/** A row with its number on the page: its place among the held-out rows, from 1. */
export interface NumberedRow {
  readonly number: number;
  readonly row: RowResult;
  readonly change: RowChange;
}

/** Worst rows first: by change, then the largest loss, then by number. */
export function sortedRows(rows: readonly RowResult[]): readonly NumberedRow[] {
  const difference = ({ base, optimized }: RowResult) => (optimized.score ?? 0) - (base.score ?? 0);
  return rows
    .map((row, at): NumberedRow => ({ number: at + 1, row, change: rowChange(row) }))
    .sort(
      (one, other) =>
        rowChanges.indexOf(one.change) - rowChanges.indexOf(other.change) ||
        difference(one.row) - difference(other.row) ||
        one.number - other.number,
    );
}

export function countChanges(rows: readonly RowResult[]): Readonly<Record<RowChange, number>> {
  const counts = { failed: 0, worse: 0, wrong: 0, better: 0, right: 0 };
  for (const row of rows) counts[rowChange(row)]++;
  return counts;
}

/** True if every score is 0 or 1: marks then say as much as numbers. */
export function isBinary(rows: readonly RowResult[]): boolean {
  return rows.every(({ base, optimized, source }) =>
    [base, optimized, source].every(
      (answer) => answer?.score == null || answer.score === 0 || answer.score === 1,
    ),
  );
}

/** True if the search found nothing better: both sides of each row are then the base's. */
export function isBaseBest({ prompts }: OptimizationRecord): boolean {
  return prompts.every(({ base, best }) => JSON.stringify(base.template) === JSON.stringify(best.template));
}

/** Name of the new prompt, for heads of columns and sentences: `Version 2`, `New prompt`. */
export function newName({ prompts }: OptimizationRecord): string {
  const [first] = prompts;
  if (prompts.length !== 1 || first?.optimized == null)
    return prompts.length > 1 ? "New prompts" : "New prompt";
  return `Version ${first.optimized.version}`;
}

export function baseName({ prompts }: OptimizationRecord): string {
  const [first] = prompts;
  return prompts.length === 1 && typeof first?.base.version === "number"
    ? `Base, version ${first.base.version}`
    : "Base";
}
