import type { JsonObject } from "../../../core/data/json.ts";
import { UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { columnNames, columnValue, holdingColumn } from "../../../datasets/rows/columns.ts";

/** The columns of a label file that are not the row's own. */
export interface LabelColumns {
  readonly verdict: string;
  /** Undefined: the answer is in `outputs`. */
  readonly answer: string | undefined;
  readonly rater: string | undefined;
  readonly comment: string | undefined;
  readonly expected: string | undefined;
}

const usualNames = {
  verdict: [
    ...["verdict", "human_verdict", "human_label", "human_score", "human_grade", "human", "judgment"],
    ...["judgement", "rating", "grade", "passed", "is_correct", "correct", "label", "score"],
  ],
  answer: ["answer", "actual_answer", "output", "response", "completion", "actual", "prediction"],
  rater: ["rater", "annotator", "reviewer", "labeler", "labeller", "evaluator"],
  comment: ["comment", "critique", "reason", "rationale", "explanation", "note", "notes"],
  expected: [
    "expected",
    "expected_answer",
    "expected_output",
    "reference",
    "ground_truth",
    "ideal",
    "target",
  ],
} as const;

interface GivenColumns {
  readonly verdict?: string | undefined;
  readonly answer?: string | undefined;
}

/**
 * Finds the columns by their usual names, in the order above; a given name must exist. Columns that the dataset
 * maps to inputs are never taken. Throws UsageError with the columns that there are.
 */
export function findLabelColumns(
  rows: readonly JsonObject[],
  given: GivenColumns,
  taken: ReadonlySet<string>,
): LabelColumns {
  const there = new Set(rows.flatMap(columnNames));
  const named = (column: string, flag: string): string => {
    if (rows.some((row) => columnValue(row, column) !== undefined)) return column;
    const near = nearNames(column, [...there], 2);
    throw new UsageError(`no label has the column "${column}" (${flag})`, {
      hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : `columns: ${[...there].join(", ")}`,
    });
  };
  const usual = (kind: keyof typeof usualNames): string | undefined =>
    usualNames[kind].find((name) => there.has(name) && !taken.has(name) && name !== given.verdict);
  const verdict = given.verdict === undefined ? usual("verdict") : named(given.verdict, "--column");
  if (verdict === undefined) {
    throw new UsageError("no column of the labels holds the verdicts", {
      hint: `name it with --column; columns: ${[...there].join(", ")}`,
    });
  }
  const hasOutputs = rows.some((row) => columnValue(row, "outputs") !== undefined);
  const answer = given.answer === undefined ? usual("answer") : named(given.answer, "--answer");
  if (answer === undefined && !hasOutputs) {
    throw new UsageError("no column of the labels holds the answers that were judged", {
      hint: `name it with --answer; columns: ${[...there].join(", ")}`,
    });
  }
  return {
    verdict,
    answer: given.answer === undefined && hasOutputs ? undefined : answer,
    rater: usual("rater"),
    comment: usual("comment"),
    expected: usual("expected"),
  };
}

/** Columns that a row may share with its label: `expectations.human` does not hide the others. */
const sharedColumns = ["inputs", "outputs", "expectations", "tags"];

/** The row without the label's columns, so that none of them counts as an input. */
export function withoutLabel(row: JsonObject, columns: LabelColumns): JsonObject {
  const named = Object.values(columns).filter((name) => name !== undefined);
  const own = new Set(named.map((name) => holdingColumn(row, name)));
  return Object.fromEntries(
    Object.entries(row).filter(([key]) => !own.has(key) || sharedColumns.includes(key)),
  );
}
