/** What makes a text no YAML: one place, and what to do there. */
export interface SyntaxCause {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** The first thing that a parser had against a text. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}
