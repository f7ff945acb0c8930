import type { JsonValue } from "../../../core/data/json.ts";
import { DatasetError, type RowProblem, UsageError } from "../../../core/errors.ts";
import { problemLines } from "../../../datasets/dataset-failure.ts";
import type { LabelScale, WrittenLabel } from "./label.ts";

const passWords = [
  ...["pass", "passed", "yes", "y", "true", "correct", "right", "good", "ok", "okay", "accept", "accepted"],
  ...["equivalent", "followed", "up", "thumbs_up", "thumbs up", "like", "👍", "✓", "✅"],
];
const failWords = [
  ...["fail", "failed", "no", "n", "false", "incorrect", "wrong", "bad", "reject", "rejected"],
  ...["different", "broken", "down", "thumbs_down", "thumbs down", "dislike", "👎", "✗", "❌"],
];
/** A person looked and did not decide, or has not looked yet. */
const openWords = ["", "-", "?", "n/a", "na", "none", "null", "skip", "skipped", "unsure", "pending", "todo"];

const binaryScale: LabelScale = { kind: "binary", levels: [0, 1], names: ["fail", "pass"] };

/** The grade of each label, in order; null for a label that is still open. */
export interface ReadScale {
  readonly scale: LabelScale;
  readonly grades: readonly (number | null)[];
}

interface ScaleOptions {
  /** `--scale 1-5`. */
  readonly range?: { readonly low: number; readonly high: number };
  /** `--pass-label 4`: this grade and those above are a pass. */
  readonly passFrom?: number;
}

/**
 * Reads verdicts as pass or fail (words, or 0 and 1), or as grades on one scale. Throws DatasetError with the
 * place of each verdict that does not fit the others, and UsageError if grades may be on several scales.
 */
export function readScale(labels: readonly WrittenLabel[], options: ScaleOptions = {}): ReadScale {
  const read = labels.map(({ verdict }) => readVerdict(verdict));
  const numbers = read.filter((one) => typeof one === "number");
  const hasWords = read.some((one) => one === "pass" || one === "fail");
  const isGraded =
    options.range !== undefined || options.passFrom !== undefined || numbers.some((one) => !isBinary(one));
  const isSigned = !hasWords && numbers.length > 0 && numbers.every((one) => one === -1 || one === 1);
  if (!isGraded || (isSigned && options.range === undefined && options.passFrom === undefined)) {
    check(labels, (_, at) => (read[at] === undefined ? `${shown(labels[at])} is no verdict` : undefined), {
      hint: "use pass or fail, yes or no, true or false, 1 or 0, or grades such as 1 to 5",
    });
    return { scale: binaryScale, grades: read.map(binaryGrade) };
  }
  check(
    labels,
    (_, at) => {
      const one = read[at];
      if (typeof one === "number" || one === null) return undefined;
      return `${shown(labels[at])} is no grade, and other labels are numbers`;
    },
    { hint: "use one kind of verdict in all labels" },
  );
  const grades = read.map((one) => (typeof one === "number" ? one : null));
  if (options.passFrom !== undefined) {
    const from = options.passFrom;
    return { scale: binaryScale, grades: grades.map((one) => (one === null ? null : Number(one >= from))) };
  }
  const range = options.range ?? usualRange(numbers);
  check(
    labels,
    (_, at) => {
      const grade = grades[at] ?? null;
      const isIn = grade === null || (grade >= range.low && grade <= range.high);
      return isIn ? undefined : `the grade ${grade} is not on the scale from ${range.low} to ${range.high}`;
    },
    { hint: "set the scale with --scale, for example --scale 0-10" },
  );
  return { scale: gradedScale(range, numbers), grades };
}

/** `pass`, `fail`, a number, null while open, or undefined if it is none of these. */
function readVerdict(verdict: JsonValue): "pass" | "fail" | number | null | undefined {
  if (verdict === null) return null;
  if (typeof verdict === "boolean") return verdict ? "pass" : "fail";
  if (typeof verdict === "number") return Number.isFinite(verdict) ? verdict : undefined;
  if (typeof verdict !== "string") return undefined;
  const word = verdict.trim().toLowerCase();
  if (openWords.includes(word)) return null;
  if (passWords.includes(word)) return "pass";
  if (failWords.includes(word)) return "fail";
  const number = Number(word);
  return Number.isFinite(number) ? number : undefined;
}

function isBinary(value: number): boolean {
  return value === 0 || value === 1;
}

function binaryGrade(read: ReturnType<typeof readVerdict>): number | null {
  if (read === undefined || read === null) return null;
  if (typeof read === "number") return read > 0 ? 1 : 0;
  return read === "pass" ? 1 : 0;
}

const usualRanges = [
  { low: 0, high: 1 },
  { low: 1, high: 5 },
  { low: 0, high: 5 },
  { low: 1, high: 10 },
  { low: 0, high: 10 },
  { low: 0, high: 100 },
];

/** The smallest usual scale; grades must reach its upper half, or they may be on a shorter one. */
function usualRange(numbers: readonly number[]): { readonly low: number; readonly high: number } {
  const [least, most] = [Math.min(...extremes(numbers)), Math.max(...extremes(numbers))];
  const isWhole = numbers.every((one) => Number.isInteger(one));
  const found = usualRanges.find(
    ({ low, high }) => least >= low && most <= high && (high > 1 || !isWhole) && most >= (low + high) / 2,
  );
  if (found !== undefined) return found;
  throw new UsageError(`the labels are numbers from ${least} to ${most}, and their scale is unknown`, {
    hint: "set it with --scale, for example --scale 1-5",
  });
}

/** The extremes alone: a spread of 100,000 arguments overflows the stack. */
function extremes(numbers: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of numbers) {
    least = Math.min(least, one);
    most = Math.max(most, one);
  }
  return [least, most];
}

const mostLevels = 21;
const levelsOfFractions = 5;

/** Whole grades, or halves if some label uses them; else five levels. */
function gradedScale(
  { low, high }: { readonly low: number; readonly high: number },
  numbers: readonly number[],
): LabelScale {
  const step = [1, 0.5].find(
    (one) =>
      (high - low) / one < mostLevels &&
      (high - low) / one >= 2 &&
      numbers.every((number) => Number.isInteger((number - low) / one)),
  );
  const count = step === undefined ? levelsOfFractions : Math.round((high - low) / step) + 1;
  const levels = Array.from({ length: count }, (_, at) => low + ((high - low) * at) / (count - 1));
  return { kind: "graded", levels, names: levels.map((level) => String(Number(level.toFixed(3)))) };
}

/** Throws DatasetError with every fault that `find` returns. */
function check(
  labels: readonly WrittenLabel[],
  find: (label: WrittenLabel, at: number) => string | undefined,
  details: { readonly hint: string },
): void {
  const problems = labels.flatMap((label, at): RowProblem[] => {
    const message = find(label, at);
    return message === undefined ? [] : [{ ...label.example.origin, message }];
  });
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 label" : `${problems.length} labels`;
  throw new DatasetError(
    [`${count} cannot be read`, ...problemLines(problems)].join("\n"),
    problems,
    details,
  );
}

function shown(label: WrittenLabel | undefined): string {
  return JSON.stringify(label?.verdict ?? null);
}
