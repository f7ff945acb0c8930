/** Why rows failed: how often, with the code and cure of the error. */
export interface FailureCount {
  readonly code: string;
  /** Of the first of them. */
  readonly message: string;
  readonly hint: string | null;
  /** Rows measured; one counts for every candidate that failed on it. */
  readonly count: number;
}
