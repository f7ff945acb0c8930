import { digestOf } from "../../../core/data/digest.ts";
import { DatasetError, NotFoundError, type RowProblem } from "../../../core/errors.ts";
import { cohenKappa, type Kappa } from "../../../core/statistics/kappa.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { problemLines } from "../../../datasets/dataset-failure.ts";
import { rowPlace } from "../../../scorers/expected-answer.ts";
import { type Label, type LabelScale, levelOf, type WrittenLabel } from "./label.ts";
import type { ReadScale } from "./read-scale.ts";

/** One label for each answer. */
export interface MergedLabels {
  readonly labels: readonly Label[];
  /** Labels without a verdict yet. */
  readonly open: number;
  /** Labels that repeat another one. */
  readonly repeated: number;
  /** Answers left out because as many people pass as fail them. */
  readonly tied: number;
  readonly raters: readonly string[];
  /** Agreement of the two raters with the most answers in common; null with fewer than two raters. */
  readonly people: PeopleAgreement | null;
}

/** How far two people agree with each other: no judge can be expected to agree more. */
export interface PeopleAgreement {
  readonly raters: readonly [string, string];
  readonly rows: number;
  /** Quadratically weighted for grades. */
  readonly kappa: Kappa;
}

interface Given {
  readonly label: WrittenLabel;
  readonly grade: number;
}

/**
 * Joins the labels of each answer. Several raters: their majority, or the mean of their grades. Throws
 * DatasetError if one rater gives one answer two verdicts, NotFoundError for an unknown rater.
 */
export function mergeLabels(
  written: readonly WrittenLabel[],
  { scale, grades }: ReadScale,
  { rater, confidence }: { readonly rater?: string; readonly confidence: number },
): MergedLabels {
  const all = [...new Set(written.flatMap((label) => label.rater ?? []))].sort();
  if (rater !== undefined && !all.includes(rater)) {
    const near = nearNames(rater, all, 2);
    throw new NotFoundError("rater", rater, near, {
      hint:
        near.length > 0
          ? undefined
          : all.length === 0
            ? "no label names its rater"
            : `raters: ${all.join(", ")}`,
    });
  }
  const answers = new Map<string, Map<string, Given>>();
  const conflicts: RowProblem[] = [];
  let open = 0;
  let repeated = 0;
  for (const [at, label] of written.entries()) {
    if (rater !== undefined && label.rater !== rater) continue;
    const grade = grades[at] ?? null;
    if (grade === null) {
      open++;
      continue;
    }
    const key = digestOf([label.example.id, label.answer]);
    const given = answers.get(key) ?? new Map<string, Given>();
    answers.set(key, given);
    const known = given.get(label.rater ?? "");
    if (known === undefined) given.set(label.rater ?? "", { label, grade });
    else if (known.grade === grade) repeated++;
    else conflicts.push(conflict(label, known.label));
  }
  if (conflicts.length > 0) {
    const count = conflicts.length === 1 ? "1 label contradicts" : `${conflicts.length} labels contradict`;
    throw new DatasetError(
      [`${count} another one for the same answer`, ...problemLines(conflicts)].join("\n"),
      conflicts,
      { hint: "keep one of them, or name who gave each in a column `rater`" },
    );
  }
  const joined = [...answers.values()].map((given) => join([...given.values()], scale));
  return {
    labels: joined.flatMap((label) => label ?? []),
    open,
    repeated,
    tied: joined.filter((label) => label === undefined).length,
    raters: rater === undefined ? all : [rater],
    people: rater === undefined ? peopleAgreement([...answers.values()], scale, confidence) : null,
  };
}

function conflict({ example, verdict }: WrittenLabel, known: WrittenLabel): RowProblem {
  const place = rowPlace(known.example);
  return {
    ...example.origin,
    message: `${JSON.stringify(verdict)}, but ${place} says ${JSON.stringify(known.verdict)}`,
  };
}

/** Undefined for a tie between pass and fail. */
function join(given: readonly Given[], { kind }: LabelScale): Label | undefined {
  const [first] = given;
  if (first === undefined) return undefined;
  const mean = given.reduce((sum, { grade }) => sum + grade, 0) / given.length;
  if (kind === "binary" && mean === 0.5) return undefined;
  const { example, answer } = first.label;
  const comments = given.flatMap(({ label }) => label.comment ?? []);
  return {
    example,
    answer,
    grade: kind === "binary" ? Number(mean > 0.5) : mean,
    ...(comments.length === 0 ? {} : { comment: comments.join("; ") }),
  };
}

/** Compares the pair of raters with the most answers in common. */
function peopleAgreement(
  answers: readonly ReadonlyMap<string, Given>[],
  scale: LabelScale,
  confidence: number,
): PeopleAgreement | null {
  const counts = new Map<string, number>();
  for (const given of answers) {
    const names = [...given.keys()].filter((name) => name !== "").sort();
    for (const [at, one] of names.entries())
      for (const other of names.slice(at + 1)) {
        const pair = JSON.stringify([one, other]);
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
  }
  const [best] = [...counts].sort((one, other) => other[1] - one[1]);
  if (best === undefined) return null;
  const [one = "", other = ""] = JSON.parse(best[0]) as readonly string[];
  const table = scale.levels.map(() => scale.levels.map(() => 0));
  for (const given of answers) {
    const [first, second] = [given.get(one), given.get(other)];
    if (first === undefined || second === undefined) continue;
    const row = table[levelOf(scale, first.grade)];
    const column = levelOf(scale, second.grade);
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  const weights = scale.kind === "graded" ? "quadratic" : "none";
  return { raters: [one, other], rows: best[1], kappa: cohenKappa(table, { weights, confidence }) };
}
