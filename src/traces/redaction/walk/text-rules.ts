import type { KeyHint, Span } from "../span.ts";

/** What the walk through a value asks of the rules for plain text. */
export interface TextRules {
  redact(text: string, hint?: KeyHint): string;
  find(text: string): readonly (Span & { readonly placeholder: string })[];
}
