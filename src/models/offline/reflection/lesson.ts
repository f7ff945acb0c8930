/** Something a reflection has understood and may write into the prompt. */
export interface Lesson {
  /** How many of the shown failures it would mend. */
  readonly weight: number;
  /** A line to add. */
  readonly line: string;
  /**
   * Set for what a label or value means: a line that already starts so is extended by the words
   * instead of being stated twice.
   */
  readonly about?: { readonly start: string; readonly words: readonly string[] };
}
