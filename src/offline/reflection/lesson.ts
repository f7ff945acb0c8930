/** Something a reflection has understood and may write into the prompt. */
export interface OfflineLesson {
  /** How many of the shown failures it would mend. */
  readonly weight: number;
  /** Lines to add: one for a rule, several when one look at the failures tells what several labels mean. */
  readonly lines: readonly LessonLine[];
}

export interface LessonLine {
  readonly text: string;
  /**
   * Set for what a label or value means: a line that already starts so is extended by the words
   * instead of being stated twice.
   */
  readonly about?: { readonly start: string; readonly words: readonly string[] };
}

/** A rule of one line. */
export function rule(weight: number, text: string): OfflineLesson {
  return { weight, lines: [{ text }] };
}

/** What a label or value means, by the words that tell it. */
export function hint(start: string, words: readonly string[]): LessonLine {
  return { text: `${start} ${words.join(", ")}`, about: { start, words } };
}
