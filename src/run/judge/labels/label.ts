import type { Example } from "../../../core/data/example.ts";
import type { JsonValue } from "../../../core/data/json.ts";

/** A person's verdict on one answer, as written. */
export interface WrittenLabel {
  /** The row that was answered; its origin is the place of the label. */
  readonly example: Example;
  readonly answer: string;
  readonly verdict: JsonValue;
  readonly rater?: string;
  readonly comment?: string;
}

/** The verdict of people on one answer. */
export interface Label {
  readonly example: Example;
  readonly answer: string;
  /** A level of the scale; several raters: their majority, or the mean of their grades. */
  readonly grade: number;
  readonly comment?: string;
}

/** How people graded: pass or fail (1 or 0), or levels in ascending order. */
export interface LabelScale {
  readonly kind: "binary" | "graded";
  readonly levels: readonly number[];
  /** The names of the levels. */
  readonly names: readonly string[];
}

/** The index of the level nearest to a grade. */
export function levelOf({ levels }: LabelScale, grade: number): number {
  let nearest = 0;
  for (const [at, level] of levels.entries())
    if (Math.abs(level - grade) < Math.abs((levels[nearest] ?? 0) - grade) - 1e-9) nearest = at;
  return nearest;
}
