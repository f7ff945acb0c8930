/** Answers of a model whose time was measured. */
export interface TimedAnswers {
  readonly calls: number;
  /** Mean milliseconds from sending a request to its answer, without waiting for limits. */
  readonly meanMs: number;
  readonly meanOutputTokens: number;
}

/** Measured times of one model at one endpoint. */
export interface ModelTimes {
  /** Answers to rows and judgements. */
  readonly answers?: TimedAnswers;
  /** Requests for a long text. */
  readonly reflections?: TimedAnswers;
}

/** Measured times by model; `timesKeyOf` makes the keys. */
export type MeasuredTimes = Readonly<Record<string, ModelTimes>>;
