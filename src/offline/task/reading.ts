/** What a prompt states, whatever its words. */
export interface Reading {
  /** Answers to choose from, as spelled; empty when none are listed. */
  readonly labels: readonly string[];
  readonly isSentiment: boolean;
  /** Keys of the JSON asked for; empty when none is. */
  readonly keys: readonly KeyReading[];
  readonly format: FormatReading;
  readonly rules: RuleReading;
  /** What the prompt says of a label, enum value or category (lower case): its defining words. */
  readonly definitions: ReadonlyMap<string, readonly string[]>;
  /** The instruction's own words, for tasks that have neither labels nor keys. */
  readonly text: string;
}

export interface KeyReading {
  readonly name: string;
  readonly kind: "enum" | "flags" | "list" | "free";
  /** Values of an enum, names of flags or list items. */
  readonly values: readonly string[];
}

export interface FormatReading {
  /** "The label only", "one word", "nothing else". */
  readonly isBare: boolean;
  /** "In a full sentence", "explain". */
  readonly isVerbose: boolean;
  readonly letters: "lower" | "upper" | "listed";
  /** Asks for JSON at all. */
  readonly wantsJson: boolean;
  /** "JSON only", "no fence". */
  readonly isJsonBare: boolean;
}

export interface RuleReading {
  /** Says what neutral is. */
  readonly neutral: boolean;
  /** The label for a doubtful case. */
  readonly doubt?: string;
  /** What a text with both good and bad counts as: judged as a whole, by its end, or a label. */
  readonly mixed?: { readonly by: "whole" | "end" } | { readonly by: "label"; readonly label: string };
  readonly negation: boolean;
  /** Polite phrases do not count as praise. */
  readonly courtesy: boolean;
  /** Cap on flags set at once. */
  readonly maxFlags?: number;
}
