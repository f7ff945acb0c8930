/** What does not count when two texts are compared. */
export interface Folding {
  readonly ignoreCase?: boolean;
  /** Runs of white space count as one blank. */
  readonly ignoreSpace?: boolean;
  readonly ignorePunctuation?: boolean;
  /** Composed and decomposed letters (é as one or two code points) count as one. */
  readonly ignoreUnicodeForm?: boolean;
}

/** The text without what does not count; always trimmed. */
export function foldText(text: string, folding: Folding = {}): string {
  let folded = text;
  if (folding.ignoreUnicodeForm) folded = folded.normalize("NFC");
  if (folding.ignoreCase) folded = folded.toLowerCase();
  if (folding.ignorePunctuation) folded = folded.replace(/\p{P}/gu, "");
  if (folding.ignoreSpace) folded = folded.replace(/\s+/gu, " ");
  return folded.trim();
}
