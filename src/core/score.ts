/** How good an answer is: 0 … 1, higher is better, never NaN. */
export interface Score {
  readonly value: number;
  /** What was wrong and what would have been right: the text a reflection learns from. */
  readonly feedback?: string;
  /** Named parts of the score, each 0 … 1. */
  readonly parts?: Readonly<Record<string, number>>;
}
