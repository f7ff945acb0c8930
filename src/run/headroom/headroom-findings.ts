import type { FormatFailures } from "../../scorers/format/find-format-failures.ts";

/** What a headroom test measured; null where nothing could be measured. */
export interface HeadroomFindings {
  readonly base: {
    /** Mean over the scored rows; null without any. */
    readonly score: number | null;
    readonly interval: readonly [number, number] | null;
    readonly rows: number;
    /** Rows without a score, by infrastructure. */
    readonly failed: number;
    /** Rows with a score below 1. */
    readonly wrong: number;
  };
  /** The same rows asked twice with the same parameters. */
  readonly noise: {
    readonly rows: number;
    /** Rows with another score the second time. */
    readonly changed: number;
    /** Rows with another text the second time. */
    readonly reworded: number;
    /** Mean squared difference of the two scores; the share of changed rows if scores are 0 or 1. */
    readonly variance: number;
  } | null;
  readonly format: {
    readonly failures: FormatFailures;
    /** Score that format alone costs. */
    readonly gain: number;
  };
  /** The source model on the rows that both answered. */
  readonly source: {
    readonly score: number;
    /** Source minus base on the same rows. */
    readonly difference: number;
    readonly rows: number;
    readonly failed: number;
  } | null;
  /** Wrong rows, those that fail by format aside, asked several times at a temperature above 0. */
  readonly samples: {
    readonly rows: number;
    /** Answers per row. */
    readonly each: number;
    /** Rows with at least one right answer. */
    readonly right: number;
    /** Right answers, over all rows. */
    readonly answersRight: number;
    /** Answers with a score, over all rows. */
    readonly answers: number;
    /** Chance that a guess is right, if the answers are a set of labels. */
    readonly chance: number | null;
    /** null: the model's own temperature. */
    readonly temperature: number | null;
  } | null;
}
