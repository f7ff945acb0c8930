/** What a prompt states, regardless of wording. */
export interface Reading {
  /** Listed answers, as spelled; empty if none are listed. */
  readonly labels: readonly string[];
  readonly isSentiment: boolean;
  /** Keys of the requested JSON; empty if none are requested. */
  readonly keys: readonly KeyReading[];
  readonly format: FormatReading;
  readonly rules: RuleReading;
  /** Defining words of a label, enum value or category (lower case). */
  readonly definitions: ReadonlyMap<string, readonly string[]>;
  /** The instruction's text, for tasks with neither labels nor keys. */
  readonly text: string;
}

export interface KeyReading {
  readonly name: string;
  readonly kind: "enum" | "flags" | "list" | "free";
  /** Values of an enum, or names of flags or list items. */
  readonly values: readonly string[];
}

export interface FormatReading {
  /** "The label only", "one word", "nothing else". */
  readonly isBare: boolean;
  /** "In a full sentence", "explain". */
  readonly isVerbose: boolean;
  readonly letters: "lower" | "upper" | "listed";
  /** Whether it asks for JSON at all. */
  readonly wantsJson: boolean;
  /** "JSON only", "no fence". */
  readonly isJsonBare: boolean;
}

export interface RuleReading {
  /** Whether it defines neutral. */
  readonly neutral: boolean;
  /** The label for doubtful cases. */
  readonly doubt?: string;
  /** How to treat a text with both good and bad: judged as a whole, by its end, or with a label. */
  readonly mixed?: { readonly by: "whole" | "end" } | { readonly by: "label"; readonly label: string };
  readonly negation: boolean;
  /** Polite phrases do not count as praise. */
  readonly courtesy: boolean;
  /** Maximum number of flags set at once. */
  readonly maxFlags?: number;
}
