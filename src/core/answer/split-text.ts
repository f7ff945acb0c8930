/** A text taken apart into thinking and answer. */
export interface SplitText {
  readonly text: string;
  /** Absent when there is no thinking. */
  readonly reasoning?: string;
  /** The thinking never ends: the answer was not reached. */
  readonly isOpen: boolean;
}

/** The thoughts in their order, without blank ones. */
export function splitText(thoughts: readonly string[], text: string, isOpen: boolean): SplitText {
  const reasoning = thoughts.map((thought) => thought.trim()).filter((thought) => thought !== "");
  return { text, isOpen, ...(reasoning.length === 0 ? {} : { reasoning: reasoning.join("\n\n") }) };
}
